// The words of the page in its two languages, and how each writes numbers, money and days.
'use strict'
const words = {
    en: {
        dashboard: 'Customer dashboard', period: 'Period', region: 'Region', plan: 'Plan', channel: 'Channel', segment: 'Segment', all: 'all',
        language: '中文', dark: 'Dark', light: 'Light', headline: 'Headline figures', act: 'To act on', satisfaction: 'Satisfaction', acquisition: 'Customers won',
        retention: 'Customers kept', value: 'Money', forecast: 'What comes', about: 'About', table: 'Table', sql: 'SQL', copy: 'Copy', copied: 'Copied',
        interval: '95%: {0} to {1}', against: 'before: {0}', first: 'nothing before to compare with', chance: 'may be chance (p\u00a0=\u00a0{0})', beyond: 'more than chance (p\u00a0=\u00a0{0})',
        chance_intervals: 'may be chance: intervals overlap', beyond_intervals: 'more than chance: intervals apart', counted: 'counted in full', tiny: '0.001',
        target: 'Target {0}', met: 'met', missed: 'missed', attained: '{0} attained', pace: 'pace {0}', n_points: '{0} answers', n_percent: '{0} cases', n_ratio: '{0} customers', n_months: '{0} customer months',
        up: 'up', down: 'down', targets: '{0} of {1} targets met.', moved: 'More than chance: {0}.', steady: 'Nothing moved by more than chance.',
        rose: '{0} rose by {1} to {2}', fell: '{0} fell by {1} to {2}', join: '; ', absent: 'Not in these data', missing: 'needs {0}.', and: ' and ',
        empty: 'Nothing to show: no rows for this choice.', failed: 'This could not be computed: {0}', ignored: 'Not filtered by {0}: these data do not know it.', loading: 'Reading PostgreSQL …',
        as_of: 'Data until {0}, days in {1}. Every number is read from PostgreSQL when the page is loaded.', drawn: 'Charts by Apache ECharts {0}, from npm, checked by its hash.',
        chart: '{0}. A chart; the table below it has its numbers.', pending: 'pending', measure: 'Show', share: 'share that ordered again', customers: 'customers', revenue: 'revenue',
        importance: 'importance', performance: 'mean rating', act_first: 'act here first', recency: 'recency →', frequency: 'frequency →', days: 'days', actual: 'bought', expected: 'expected', purchases_axis: 'repeat purchases before',
        new: 'new', returning: 'returning', resurrected: 'resurrected', dormant: 'fell asleep', promoters: 'promoters', passives: 'passives', detractors: 'detractors', nps: 'NPS', smoothed: 'smoothed', moved_mark: 'moved', or_more: '{0} or more',
        service: 'service', product_quality: 'product quality', response_speed: 'response speed', delivery: 'delivery', price: 'price', orders: 'orders a week', hours_to_answer: 'hours to first answer', mean_order: 'mean order',
        visit: 'visit', view: 'view', cart: 'cart', checkout: 'checkout', purchase: 'purchase', lead: 'lead', deal: 'deal', won: 'won',
        mrr_start: 'at the start', mrr_new: 'new', expansion: 'expansion', reactivation: 'reactivation', contraction: 'contraction', churned: 'churned', mrr_end: 'at the end',
        yes: 'yes', no: 'no', skip: 'Skip to the charts', nothing: '–', percent_points: '{0} points', points_unit: '{0} points',
    },
    zh: {
        dashboard: '客户仪表盘', period: '期间', region: '地区', plan: '套餐', channel: '渠道', segment: '细分', all: '全部',
        language: 'English', dark: '深色', light: '浅色', headline: '核心指标', act: '需要行动', satisfaction: '满意度', acquisition: '获客',
        retention: '留存', value: '收入', forecast: '预测', about: '说明', table: '数据表', sql: 'SQL', copy: '复制', copied: '已复制',
        interval: '95%：{0} 至 {1}', against: '上期：{0}', first: '无上期可比', chance: '可能是偶然（p\u00a0=\u00a0{0}）', beyond: '并非偶然（p\u00a0=\u00a0{0}）',
        chance_intervals: '可能是偶然：区间重叠', beyond_intervals: '并非偶然：区间不重叠', counted: '全量统计', tiny: '0.001',
        target: '目标 {0}', met: '已达成', missed: '未达成', attained: '达成 {0}', pace: '进度 {0}', n_points: '{0} 份回答', n_percent: '{0} 个样本', n_ratio: '{0} 位客户', n_months: '{0} 客户月',
        up: '上升', down: '下降', targets: '{1} 项目标中 {0} 项达成。', moved: '并非偶然的变化：{0}。', steady: '没有超出偶然范围的变化。',
        rose: '{0} 上升 {1}，至 {2}', fell: '{0} 下降 {1}，至 {2}', join: '；', absent: '数据中没有', missing: '需要 {0}。', and: '、',
        empty: '无可显示内容：所选条件下没有数据。', failed: '无法计算：{0}', ignored: '未按{0}筛选：该数据没有此项。', loading: '正在读取 PostgreSQL……',
        as_of: '数据截至 {0}，日期按 {1} 时区。页面每次打开时从 PostgreSQL 读取全部数字。', drawn: '图表：Apache ECharts {0}，来自 npm，并以哈希校验。',
        chart: '{0}。图表，数值见下方数据表。', pending: '待定', measure: '显示', share: '再次下单占比', customers: '客户数', revenue: '收入',
        importance: '重要性', performance: '平均评分', act_first: '优先改进', recency: '近度 →', frequency: '频度 →', days: '天', actual: '实际', expected: '预测', purchases_axis: '此前复购次数',
        new: '新客', returning: '回头', resurrected: '唤醒', dormant: '沉睡', promoters: '推荐者', passives: '中立者', detractors: '贬损者', nps: 'NPS', smoothed: '平滑值', moved_mark: '已变化', or_more: '{0} 次以上',
        service: '服务', product_quality: '产品质量', response_speed: '响应速度', delivery: '配送', price: '价格', orders: '每周订单', hours_to_answer: '首次答复小时数', mean_order: '平均每单金额',
        visit: '访问', view: '浏览', cart: '加购', checkout: '结算', purchase: '购买', lead: '线索', deal: '商机', won: '赢单',
        mrr_start: '期初', mrr_new: '新增', expansion: '增购', reactivation: '重新激活', contraction: '减购', churned: '流失', mrr_end: '期末',
        yes: '是', no: '否', skip: '跳到图表', nothing: '–', percent_points: '{0} 个百分点', points_unit: '{0} 分',
        '(none)': '（未归因）', ads: '广告', search: '搜索', social: '社交', referral: '推荐', partner: '合作伙伴', events: '活动',
        Europe: '欧洲', Americas: '美洲', Asia: '亚洲', Africa: '非洲', basic: '基础版', plus: '进阶版', pro: '专业版',
        at_risk: '有流失风险', overdue: '逾期未购',
    },
}

// t('interval', a, b): the words with {0} and {1} filled in. A name that is no word of ours stands as it is, without its _.
const say = lang => (name, ...parts) => (words[lang][name] ?? `${name}`.replace(/_/g, ' ')).replace(/\{(\d)\}/g, (_, n) => parts[n])

// format(value, 'percent'): a number or a day as the language writes it. "short" is for charts and headline figures.
function formats(lang, currency) {
    const locale = lang === 'zh' ? 'zh-CN' : 'en', t = say(lang)
    const number = options => { const f = new Intl.NumberFormat(locale, options); return value => f.format(value) }
    const day = options => { const f = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options }); return value => f.format(new Date(value)) }
    const money = currency ? { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } : {}
    const made = {
        text: value => `${value}`, word: value => t(value), yes: value => t(value ? 'yes' : 'no'),
        count: number({ maximumFractionDigits: 0 }), decimal: number({ minimumFractionDigits: 1, maximumFractionDigits: 1 }), decimal2: number({ minimumFractionDigits: 2, maximumFractionDigits: 2 }),
        percent: number({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }), percent0: number({ style: 'percent', maximumFractionDigits: 0 }),
        points: number({ minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: 'exceptZero' }),
        ratio: value => `${number({ minimumFractionDigits: 1, maximumFractionDigits: 1 })(value)} : 1`,
        money: number({ ...money, notation: 'compact', maximumSignificantDigits: 3 }), money_exact: number({ ...money, minimumFractionDigits: 2, maximumFractionDigits: 2 }),
        compact: number({ notation: 'compact', maximumSignificantDigits: 2 }),
        date: day({ year: 'numeric', month: 'short', day: 'numeric' }), month: day({ year: 'numeric', month: 'short' }),
        quarter: value => `${value.slice(0, 4)} ${lang === 'zh' ? `${quarterOf(value)}季度` : `Q${quarterOf(value)}`}`,
    }
    return (value, format) => value === null || value === undefined ? t('nothing') : made[format || 'text'](value)
}

const quarterOf = date => Math.ceil(Number(date.slice(5, 7)) / 3)

// "2025-H2" as people call it.
function periodName(id, lang) {
    const [year, part] = id.split('-')
    if (!part) return lang === 'zh' ? `${year}年` : year
    if (lang === 'zh') return `${year}年${part[0] === 'H' ? (part[1] === '1' ? '上半年' : '下半年') : `第${part[1]}季度`}`
    return part[0] === 'H' ? `${year}, ${part[1] === '1' ? 'first' : 'second'} half` : `${year} Q${part[1]}`
}
