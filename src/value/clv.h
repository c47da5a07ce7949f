/* What the files of clv share. */
#ifndef CM_CLV_H
#define CM_CLV_H

/* A margin, retention or discount: a fraction from 0 to 1. The error shows how to write a percentage. */
extern double cm_check_fraction(double value, const char *what);

#endif
