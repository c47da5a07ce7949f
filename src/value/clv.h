/* What the files of clv share. */
#ifndef CM_CLV_H
#define CM_CLV_H

/* A margin or a rate of discount: a fraction from 0 to 1. The hint says so to who writes percent. */
extern double cm_check_fraction(double value, const char *what);

#endif
