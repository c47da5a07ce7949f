# customer_metrics. METRICS is the table of contents: it orders the install script and names the tests.
# A metric ROOM/x is src/ROOM/x.sql, its C beside it, sql/x.sql and expected/x.out.
METRICS = \
	core/option \
	core/moment \
	states/rate \
	states/amount_rate \
	states/survival \
	states/workdays \
	states/customer_shard \
	states/report_base \
	satisfaction/survey \
	satisfaction/nps \
	satisfaction/csat \
	satisfaction/ces \
	satisfaction/means \
	satisfaction/rate_weighted \
	satisfaction/survey_weighted \
	satisfaction/raking \
	satisfaction/comparison \
	satisfaction/sample_size \
	satisfaction/drivers \
	satisfaction/complaint_rate \
	satisfaction/reasons \
	value/purchases \
	value/customers \
	value/clv \
	value/profitability \
	value/return_rate \
	value/receivables \
	segment/rfm \
	segment/rfm_cuts \
	segment/segment \
	segment/rfm_class \
	segment/rfm_map \
	segment/rfm_migration \
	segment/rfm_customers \
	segment/abc \
	segment/tier \
	acquisition/cac \
	acquisition/ltv_cac \
	acquisition/campaign \
	acquisition/conversion \
	acquisition/win_rate \
	acquisition/pipeline \
	acquisition/referral \
	acquisition/sales_cycle \
	funnel/funnel_rules \
	funnel/funnel \
	funnel/funnels \
	funnel/stages \
	funnel/pool \
	subscription/churn \
	subscription/subscribers \
	subscription/revenue_change \
	retention/survival_curve \
	retention/activity \
	retention/cohorts \
	retention/lifecycle \
	retention/stickiness \
	retention/streaks \
	retention/repurchase \
	retention/gaps \
	retention/early_warning \
	subscription/mrr \
	subscription/mrr_retention \
	subscription/mrr_cohorts \
	retention/brand_switch \
	retention/cohort_retention \
	retention/cohort_returns \
	retention/cohort_revenue \
	service/sla \
	service/tickets \
	engagement/email \
	engagement/engagement \
	engagement/visits \
	engagement/points \
	engagement/tier_held \
	engagement/health \
	engagement/trend \
	engagement/series \
	engagement/target \
	forecast/histories \
	forecast/customer_model \
	forecast/bgnbd \
	forecast/pareto_nbd \
	forecast/bgbb \
	forecast/gamma_gamma \
	forecast/sbg \
	forecast/predict \
	forecast/lifetime \
	forecast/customer_forecast \
	forecast/model_check \
	forecast/holdout_value

# The second extension: views over what loaders land of two CRM systems. Its script is put together in this order.
CRM = preamble convert fields_zoho fields_fxiaoke fields landed source relations body_deals body_others define stages settings views check

# Where this file lies: "./", or another folder in a build out of tree (make -f ../Makefile VPATH=..).
cm_top := $(dir $(firstword $(MAKEFILE_LIST)))

EXTENSION = customer_metrics src/crm/customer_metrics_crm
MODULE_big = customer_metrics
OBJS = $(patsubst $(cm_top)%.c,%.o,$(sort $(wildcard $(cm_top)src/*/*.c)))

cm_version := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(cm_top)customer_metrics.control)
cm_script = src/customer_metrics--$(cm_version).sql
crm_version := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(cm_top)src/crm/customer_metrics_crm.control)
crm_script = src/crm/customer_metrics_crm--$(crm_version).sql
DATA_built = $(cm_script) $(crm_script)
DATA = $(patsubst $(cm_top)%,%,$(wildcard $(cm_top)src/upgrade/customer_metrics*--*.sql))

# Tests of all of them: the public surface, tables of another make, what bug reports about other tools wanted.
cm_tests = catalog other_tables bug_reports text_ids plans states packed left_out_days days_in_no_order crm_convert crm_views crm_input
REGRESS = $(notdir $(METRICS)) $(cm_tests)
REGRESS_OPTS = --load-extension=customer_metrics

# -ffp-contract=off: no fused multiply-add, so that results agree between machines. PGXS gives PG_CPPFLAGS to the compiler
# of the objects and to that of the bitcode for JIT, PG_CFLAGS only to the former.
# -MMD: Debian's server is built without dependency tracking; a changed header must rebuild its users.
PG_CPPFLAGS = -I$(cm_top)src -ffp-contract=off -DCM_VERSION='"$(cm_version)"'
PG_CFLAGS = -Wno-declaration-after-statement -MMD -MP
SHLIB_LINK = -lm
EXTRA_CLEAN = src/customer_metrics--*.sql src/crm/customer_metrics_crm--*.sql $(OBJS:.o=.d)

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)

# PGXS has a target check of its own, which only says that there is none.
ifeq ($(MAKECMDGOALS),check)
.PHONY: check
check:
	test/check
else
include $(PGXS)
endif

# A build out of tree has no folders yet.
ifneq ($(cm_top),./)
$(shell mkdir -p $(sort $(dir $(OBJS))))
endif

$(cm_script): $(cm_top)src/preamble.sql $(wildcard $(cm_top)src/core/*.sql) $(cm_top)src/core/assemble.awk $(METRICS:%=$(cm_top)src/%.sql) $(cm_top)Makefile
	awk -v core=$(cm_top)src/core/ -f $(cm_top)src/core/assemble.awk $(cm_top)src/preamble.sql $(METRICS:%=$(cm_top)src/%.sql) > $@

$(crm_script): $(CRM:%=$(cm_top)src/crm/%.sql) $(cm_top)Makefile
	cat $(CRM:%=$(cm_top)src/crm/%.sql) > $@

.DELETE_ON_ERROR:

# The release as an archive that pgxn takes: what git has of HEAD, less what .gitattributes leaves out.
cm_dist_version := $(shell sed -n '/^   "version"/s/.*: "\(.*\)",/\1/p' $(cm_top)META.json)
.PHONY: dist
dist:
	git archive --format zip --prefix=customer_metrics-$(cm_dist_version)/ -o customer_metrics-$(cm_dist_version).zip HEAD

-include $(OBJS:.o=.d)

# The bitcode has no such files: any header rebuilds all of it.
$(OBJS:.o=.bc): $(wildcard $(cm_top)src/*/*.h)
