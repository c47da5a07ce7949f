/* The loadable module itself. */
#include "postgres.h"

#include "fmgr.h"

#include "core/compat.h"

CM_MODULE_MAGIC;
