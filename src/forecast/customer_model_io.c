/*
 * Text and binary form of customer_model:
 *   "1:bgnbd week:converged:customers,iterations,log-likelihood:parameters:covariance of their logarithms"
 * The unit of time is absent where it is not known. The last two are lists with commas, absent where there is none. In
 * binary the unit is the upper half of the model's byte.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/parse.h"
#include "forecast/customer_model.h"

PG_FUNCTION_INFO_V1(cm_customer_model_out);
Datum
cm_customer_model_out(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = PG_GETARG_MODEL(0);
    int k = cm_model_params(model);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:%s", model->head.version, cm_model_kinds[model->id].name);
    cm_append_time_unit(&out, model->unit);
    appendStringInfo(&out, ":%s:" INT64_FORMAT ",%d,", cm_model_status_names[model->status], model->customers,
                     model->iterations);
    cm_append_float(&out, model->loglik);
    for (int i = 0; cm_model_has_params(model) && i < k; i++) {
        appendStringInfoChar(&out, i == 0 ? ':' : ',');
        cm_append_float(&out, model->param[i]);
    }
    for (int i = 0; model->has_covariance && i < cm_pair(k, 0); i++) {
        appendStringInfoChar(&out, i == 0 ? ':' : ',');
        cm_append_float(&out, model->covariance[i]);
    }
    PG_RETURN_CSTRING(out.data);
}

/* A word of a list that ends before a colon or a space, by its place. */
static int
parse_name(cm_parser *p, const char *name, int place)
{
    size_t length = strlen(name);

    if (length == 0 || strncmp(p->at, name, length) != 0 || (p->at[length] != ':' && p->at[length] != ' '))
        return -1;
    p->at += length;
    return place;
}

static int
parse_model(cm_parser *p)
{
    for (int id = 1; id <= CM_MODELS; id++)
        if (parse_name(p, cm_model_kinds[id].name, id) >= 0)
            return id;
    cm_parse_fail(p, "the name of a model expected");
}

static int
parse_status(cm_parser *p)
{
    for (int status = 0; cm_model_status_names[status] != NULL; status++)
        if (parse_name(p, cm_model_status_names[status], status) >= 0)
            return status;
    cm_parse_fail(p, "a status such as \"converged\" expected");
}

static void
parse_floats(cm_parser *p, double *out, int n)
{
    for (int i = 0; i < n; i++) {
        cm_parse_char(p, i == 0 ? ':' : ',');
        out[i] = cm_parse_float(p);
    }
}

CM_INPUT_FUNCTION(cm_customer_model_in)
{
    cm_parser p = cm_parse_begin("customer_model", PG_GETARG_CSTRING(0));
    const char *wrong;

    cm_parse_version(&p, cm_customer_model_class.version);

    cm_customer_model *model = cm_customer_model_new(parse_model(&p));
    int k = cm_model_params(model);

    model->unit = cm_parse_time_unit(&p);
    cm_parse_char(&p, ':');
    model->status = parse_status(&p);
    cm_parse_char(&p, ':');
    model->customers = cm_parse_int(&p, 0, CM_MAX_COUNT);
    cm_parse_char(&p, ',');
    model->iterations = (int32) cm_parse_int(&p, 0, PG_INT32_MAX);
    cm_parse_char(&p, ',');
    model->loglik = cm_parse_float(&p);
    if (*p.at == ':')
        parse_floats(&p, model->param, k);
    if (*p.at == ':') {
        model->has_covariance = 1;
        parse_floats(&p, model->covariance, cm_pair(k, 0));
    }
    cm_parse_end(&p);
    wrong = cm_customer_model_error(model);
    if (wrong != NULL)
        cm_parse_fail(&p, wrong);
    PG_RETURN_POINTER(model);
}

PG_FUNCTION_INFO_V1(cm_customer_model_send);
Datum
cm_customer_model_send(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = PG_GETARG_MODEL(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, model->head.version);
    pq_sendbyte(&out, model->id | model->unit << 4);
    pq_sendbyte(&out, model->status);
    pq_sendbyte(&out, model->has_covariance);
    pq_sendint32(&out, model->iterations);
    pq_sendint64(&out, model->customers);
    pq_sendfloat8(&out, model->loglik);
    for (int i = 0; i < CM_MAX_PARAMS; i++)
        pq_sendfloat8(&out, model->param[i]);
    for (int i = 0; i < CM_MAX_PAIRS; i++)
        pq_sendfloat8(&out, model->covariance[i]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

PG_FUNCTION_INFO_V1(cm_customer_model_recv);
Datum
cm_customer_model_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    const char *wrong;
    int id, unit;

    cm_receive_version(in, "customer_model", cm_customer_model_class.version);
    id = pq_getmsgbyte(in);
    unit = id >> 4;
    id &= 15;
    if (unit > CM_UNIT_YEAR)
        cm_receive_fail("customer_model", "There is no such unit of time");
    if (id < 1 || id > CM_MODELS)
        cm_receive_fail("customer_model", "There is no such model");

    cm_customer_model *model = cm_customer_model_new(id);

    model->unit = unit;
    model->status = pq_getmsgbyte(in);
    model->has_covariance = pq_getmsgbyte(in);
    model->iterations = (int32) pq_getmsgint(in, 4);
    model->customers = cm_check_count(pq_getmsgint64(in), "the number of customers");
    model->loglik = cm_receive_float(in);
    if (model->status > CM_MODEL_ASSUMED || model->status == CM_FIT_INTERRUPTED ||
        model->has_covariance > 1 || model->iterations < 0)
        cm_receive_fail("customer_model", "There is no such status");
    for (int i = 0; i < CM_MAX_PARAMS; i++)
        model->param[i] = cm_receive_float(in);
    for (int i = 0; i < CM_MAX_PAIRS; i++)
        model->covariance[i] = cm_receive_float(in);
    wrong = cm_customer_model_error(model);
    if (wrong != NULL)
        cm_receive_fail("customer_model", wrong);
    PG_RETURN_POINTER(model);
}

/* ---- json ---- */

static void
append_json_parameters(StringInfo out, const cm_customer_model *model)
{
    appendStringInfoString(out, ", \"parameters\": ");
    if (!cm_model_has_params(model)) {
        appendStringInfoString(out, "null");
        return;
    }
    for (int i = 0; i < cm_model_params(model); i++) {
        appendStringInfo(out, "%s\"%s\": ", i == 0 ? "{" : ", ", cm_model_kinds[model->id].params[i]);
        cm_append_float(out, model->param[i]);
    }
    appendStringInfoChar(out, '}');
}

/*
 * Rows of the covariance of the estimates: that of their logarithms, times the two estimates (delta method). The square
 * roots of its diagonal are the standard errors.
 */
static void
append_json_covariance(StringInfo out, const cm_customer_model *model)
{
    int k = cm_model_params(model);

    appendStringInfoString(out, ", \"covariance\": ");
    if (!model->has_covariance) {
        appendStringInfoString(out, "null");
        return;
    }
    for (int i = 0; i < k; i++)
        for (int j = 0; j < k; j++) {
            double entry = model->covariance[i > j ? cm_pair(i, j) : cm_pair(j, i)];

            appendStringInfoString(out, j > 0 ? ", " : i > 0 ? "], [" : "[[");
            cm_append_float(out, model->param[i] * model->param[j] * entry);
        }
    appendStringInfoString(out, "]]");
}

PG_FUNCTION_INFO_V1(cm_customer_model_json);
Datum
cm_customer_model_json(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = PG_GETARG_MODEL(0);
    bool fitted = model->status != CM_MODEL_ASSUMED;
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out,
                     "{\"model\": \"%s\", \"status\": \"%s\", \"unit\": ", cm_model_kinds[model->id].name,
                     cm_model_status_names[model->status]);
    cm_append_json_unit(&out, model->unit);
    if (fitted)
        appendStringInfo(&out, ", \"customers\": " INT64_FORMAT ", \"iterations\": %d", model->customers,
                         model->iterations);
    else
        appendStringInfoString(&out, ", \"customers\": null, \"iterations\": null");
    appendStringInfoString(&out, ", \"log_likelihood\": ");
    if (fitted && cm_model_has_params(model))
        cm_append_float(&out, model->loglik);
    else
        appendStringInfoString(&out, "null");
    append_json_parameters(&out, model);
    append_json_covariance(&out, model);
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
