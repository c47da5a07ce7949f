/* The base of reports on monthly recurring revenue by period; see states/report_base.h. */
#ifndef CM_MRR_BASE_H
#define CM_MRR_BASE_H

#include "subscription/mrr_periods.h"

extern Datum cm_mrr_base(const mrr_history *h, mrr_method method, const cm_map *map);
/* Argument 0. Where a report needs movements day by day it is named here, for the error of a base by the method net. */
extern mrr_history cm_mrr_history_of_base(FunctionCallInfo fcinfo, const char *daily_report);

#endif
