// What ECharts shall draw: for each kind of panel a function of its rows that gives an option and a height. ctx has the
// words (t), the formats (f), the colours, the panel and the width of the place.
'use strict'

// Okabe and Ito's colours, lighter on a dark page.
const colors = theme => theme === 'dark'
    ? { text: '#e8eaed', muted: '#a4acb7', line: '#3f4651', card: '#1e2228', blue: '#56b4e9', orange: '#e69f00', red: '#f0803c', green: '#2bb58a', purple: '#d890bd', grey: '#7b8490', low: '#26303a', high: '#56b4e9', onHigh: '#10141a', onLow: '#e8eaed' }
    : { text: '#1b1f24', muted: '#59616b', line: '#d9dce1', card: '#ffffff', blue: '#0072b2', orange: '#e69f00', red: '#d55e00', green: '#009e73', purple: '#b0578d', grey: '#a3abb5', low: '#eaf2f8', high: '#0072b2', onHigh: '#ffffff', onLow: '#1b1f24' }

const small = ctx => ctx.width < 480
const label = (ctx, more) => ({ show: true, color: ctx.colors.text, fontSize: 11, ...more })
const axisText = (ctx, more) => ({ color: ctx.colors.muted, fontSize: 11, hideOverlap: true, ...more })
const lines = ctx => ({ axisLine: { lineStyle: { color: ctx.colors.line } }, axisTick: { show: false }, splitLine: { lineStyle: { color: ctx.colors.line, opacity: 0.6 } } })
const valueAxis = (ctx, format, more = {}) => ({ type: 'value', ...lines(ctx), splitNumber: 4, ...more, axisLabel: axisText(ctx, { formatter: value => ctx.f(value, format), ...more.axisLabel }) })
const categoryAxis = (ctx, data, more = {}) => ({ type: 'category', data, ...lines(ctx), splitLine: { show: false }, ...more, axisLabel: axisText(ctx, more.axisLabel) })
const monthLabels = ctx => ctx.lang === 'zh' ? { year: '{yyyy}年', month: '{M}月' } : { year: '{yyyy}', month: '{MMM}' }
const timeAxis = (ctx, dates, more = {}) => ({
    type: 'time', ...lines(ctx), splitLine: { show: false }, minInterval: 28 * 864e5, min: Date.parse(dates[0]) - 16 * 864e5, max: Date.parse(dates.at(-1)) + 16 * 864e5,
    ...more, axisLabel: axisText(ctx, { formatter: monthLabels(ctx), ...more.axisLabel }),
})
const legend = (ctx, more) => ({ top: 0, left: 0, itemWidth: 14, itemHeight: 10, itemGap: 12, textStyle: { color: ctx.colors.text, fontSize: 11 }, ...more })

// The row under the pointer, column by column, as the table says it.
function tooltip(ctx, rows) {
    const { encodeHTML } = echarts.format
    return {
        confine: true, backgroundColor: ctx.colors.card, borderColor: ctx.colors.line, textStyle: { color: ctx.colors.text, fontSize: 12 },
        formatter: ({ data }) => {
            const row = rows[data?.row]
            return row ? Object.entries(ctx.panel.columns).filter(([name]) => row[name] !== undefined && row[name] !== null)
                .map(([name, column]) => `${encodeHTML(column[ctx.lang])}: <b>${encodeHTML(ctx.f(row[name], column.format))}</b>`).join('<br>') : ''
        },
    }
}

// Intervals: whiskers from lower to upper, upright on a time axis or lying on a list.
function whiskers(ctx, data, { lying = false, color = ctx.colors.blue, ...more } = {}) {
    return {
        type: 'custom', silent: true, z: 3, ...more, data, encode: lying ? { x: [0, 1], y: 2 } : { x: 2, y: [0, 1] },
        renderItem: (_, api) => {
            const at = n => lying ? api.coord([api.value(n), api.value(2)]) : api.coord([api.value(2), api.value(n)])
            const [a, b] = [at(0), at(1)], cap = lying ? [0, 4] : [4, 0], style = { stroke: color, lineWidth: 1.6, opacity: 0.75 }
            const stroke = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style })
            return { type: 'group', children: [stroke(...a, ...b), ...[a, b].map(([x, y]) => stroke(x - cap[0], y - cap[1], x + cap[0], y + cap[1]))] }
        },
    }
}

// A band between two lines: points are [x, lower, upper]; as steps where asked.
function band(points, color, { steps = false, ...more } = {}) {
    return {
        type: 'custom', silent: true, z: 1, clip: true, ...more, data: [[points[0][0], points[0][1]]],
        renderItem: (_, api) => {
            const edge = n => points.flatMap((point, i) => [...(steps && i ? [api.coord([point[0], points[i - 1][n]])] : []), api.coord([point[0], point[n]])])
            return { type: 'polygon', shape: { points: [...edge(1), ...edge(2).reverse()] }, style: { fill: color, opacity: 0.16 } }
        },
    }
}

// Rows that have nothing to draw.
const blank = { nps: rows => rows.every(row => !row.n), quadrant: rows => rows.some(row => row.importance === null) }

const charts = {
    spark({ history }, ctx) {
        const filled = []
        for (const [date, value] of history) {
            if (filled.length && Date.parse(date) - Date.parse(filled.at(-1)[0]) > 100 * 864e5) filled.push([filled.at(-1)[0], null]) // a gap is no line
            filled.push([date, value])
        }
        const last = history.at(-1)
        return { option: {
            grid: { left: 4, right: 6, top: 5, bottom: 4 }, xAxis: { type: 'time', show: false }, yAxis: { type: 'value', show: false, scale: true },
            series: [{ type: 'line', data: filled, symbol: 'circle', symbolSize: history.length < 12 ? 4 : 0, showAllSymbol: true, lineStyle: { width: 1.8, color: ctx.colors.blue }, itemStyle: { color: ctx.colors.blue }, areaStyle: filled.length > history.length ? undefined : { color: ctx.colors.blue, opacity: 0.08, origin: 'start' } },
                { type: 'scatter', data: [last], symbolSize: 7, itemStyle: { color: ctx.colors.blue } }],
        } }
    },

    nps(rows, ctx) {
        const c = ctx.colors, dates = rows.map(row => row.month), at = name => rows.map((row, n) => ({ value: [row.month, row[name]], row: n }))
        const share = (name, color, more) => ({ name: ctx.t(name), type: 'bar', stack: 'answers', xAxisIndex: 1, yAxisIndex: 1, barWidth: small(ctx) ? 7 : 12, itemStyle: { color }, data: at(name), ...more })
        const known = rows.filter(row => row.value !== null)
        return { height: 330, option: {
            tooltip: tooltip(ctx, rows), legend: legend(ctx, { data: ['nps', 'promoters', 'passives', 'detractors'].map(name => ctx.t(name)) }),
            grid: [{ left: 44, right: 14, top: 34, height: 128 }, { left: 44, right: 14, top: 196, height: 96 }],
            xAxis: [timeAxis(ctx, dates, { gridIndex: 0, axisLabel: { show: false } }), timeAxis(ctx, dates, { gridIndex: 1 })],
            yAxis: [valueAxis(ctx, 'points', { gridIndex: 0, axisLabel: { formatter: value => `${value > 0 ? '+' : ''}${value}` } }), valueAxis(ctx, 'percent0', { gridIndex: 1, max: 1, splitNumber: 2 })],
            series: [
                { name: ctx.t('nps'), type: 'line', data: at('value'), symbol: 'circle', symbolSize: 7, connectNulls: false, color: c.blue, lineStyle: { width: 2 }, z: 4 },
                whiskers(ctx, known.map(row => [row.lower, row.upper, row.month]), { xAxisIndex: 0, yAxisIndex: 0 }),
                share('detractors', c.red), share('passives', c.grey),
                share('promoters', c.blue, { label: label(ctx, { position: 'top', color: c.muted, fontSize: 10, formatter: ({ data }) => rows[data.row].n ? ctx.f(rows[data.row].n, 'count') : '' }), labelLayout: { hideOverlap: true } }),
            ],
        } }
    },

    quadrant(rows, ctx) {
        const c = ctx.colors, median = name => { const s = rows.map(row => row[name]).sort((a, b) => a - b), m = s.length / 2; return s.length % 2 ? s[Math.floor(m)] : (s[m - 1] + s[m]) / 2 }
        const x = median('importance'), y = median('performance'), high = Math.max(...rows.map(row => row.importance)) * 1.15
        const low = Math.floor(4 * Math.min(...rows.map(row => row.performance)) - 0.6) / 4, top = Math.ceil(4 * Math.max(...rows.map(row => row.performance)) + 0.6) / 4
        return { height: 300, option: {
            tooltip: tooltip(ctx, rows), grid: { left: 50, right: 20, top: 26, bottom: 44 },
            xAxis: valueAxis(ctx, 'percent0', { min: 0, max: high, name: ctx.t('importance'), nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: c.muted }, axisLabel: { showMaxLabel: false }, splitLine: { show: false } }),
            yAxis: valueAxis(ctx, 'decimal', { min: low, max: top, interval: 0.5, name: ctx.t('performance'), nameTextStyle: { color: c.muted, align: 'left', padding: [0, 0, 0, -36] }, splitLine: { show: false } }),
            series: [{
                type: 'scatter', labelLayout: { moveOverlap: 'shiftX' },
                data: rows.map((row, n) => { const act = row.importance >= x && row.performance < y; return {
                    value: [row.importance, row.performance], row: n, symbol: act ? 'diamond' : 'circle', symbolSize: act ? 19 : 14, itemStyle: { color: act ? c.red : c.blue },
                    label: label(ctx, { position: 'top', distance: 4, formatter: ctx.t(row.driver), fontWeight: act ? 'bold' : 'normal' }),
                } }),
                markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: c.muted, type: 'dashed' }, data: [{ xAxis: x }, { yAxis: y }] },
                markArea: { silent: true, itemStyle: { color: c.red, opacity: 0.09 }, label: { show: (high - x) / high * (ctx.width - 70) > 90, position: 'insideBottomRight', color: c.red, fontSize: 11, fontWeight: 'bold' }, data: [[{ name: ctx.t('act_first'), xAxis: x, yAxis: low }, { xAxis: high, yAxis: y }]] },
            }],
        } }
    },

    intervals(rows, ctx) {
        const c = ctx.colors, listed = [], format = ctx.panel.format
        rows.forEach((row, n) => {
            if (row.dimension !== 'segment' && row.dimension !== listed.at(-1)?.row?.dimension) listed.push({ head: row.dimension })
            listed.push({ row, n })
        })
        const places = listed.map((entry, place) => ({ ...entry, place })).filter(entry => entry.row), hues = { region: c.blue, plan: c.green, channel: c.purple, segment: c.blue }
        return { height: 46 + (listed.length < 9 ? 30 : 20) * listed.length, option: {
            tooltip: tooltip(ctx, rows), grid: { left: small(ctx) ? 104 : 138, right: 20, top: 6, bottom: 26 },
            xAxis: valueAxis(ctx, format === 'percent' ? 'percent0' : 'count', { axisLabel: format === 'percent' ? {} : { formatter: value => format === 'ratio' ? `${value} : 1` : `${value > 0 ? '+' : ''}${value}` } }),
            yAxis: categoryAxis(ctx, listed.map((_, place) => place), { inverse: true, axisLabel: {
                interval: 0, hideOverlap: false, width: small(ctx) ? 98 : 130, overflow: 'truncate',
                formatter: place => { const { head, row } = listed[place]; return head ? `{head|${ctx.t(head)}}` : `${ctx.t(row.label)} {n|${ctx.f(row.n, 'count')}}` },
                rich: { head: { fontWeight: 'bold', color: c.text, fontSize: 11 }, n: { color: c.muted, fontSize: 10 } },
            } }),
            series: [whiskers(ctx, places.map(({ row, place }) => [row.lower, row.upper, place]), { lying: true, color: c.muted }),
                ...(ctx.panel.reference ? [{ type: 'line', silent: true, data: [], markLine: { symbol: 'none', label: { show: false }, lineStyle: { color: c.text, type: 'dashed' }, data: [{ xAxis: ctx.panel.reference }] } }] : []),
                { type: 'scatter', symbolSize: 10, z: 4, data: places.map(({ row, n, place }) => ({ value: [row.value, place], row: n, itemStyle: { color: hues[row.dimension] } })) }],
        } }
    },

    funnel(rows, ctx) {
        const c = ctx.colors, all = rows[0].converted
        const said = row => [ctx.f(row.converted, 'count'), row.from_previous === null ? '' : `${ctx.f(row.from_previous, 'percent0')}`, row.pending ? `+${ctx.f(row.pending, 'count')} ${ctx.t('pending')}` : ''].filter(Boolean).join(' · ')
        const left = small(ctx) ? 62 : 74, room = ctx.width - left - 8 // for a bar with its label, some 7 pixels a letter
        const most = Math.max(...rows.map(row => (row.converted + row.pending) / (1 - Math.min(0.75, (7 * said(row).length + 14) / room))), all * 1.3)
        return { height: 40 + 42 * rows.length, option: {
            tooltip: tooltip(ctx, rows), grid: { left, right: 8, top: 6, bottom: 8 },
            xAxis: { type: 'value', show: false, max: most }, yAxis: categoryAxis(ctx, rows.map(row => ctx.t(row.step)), { inverse: true, axisLabel: { color: c.text, fontSize: 12 } }),
            series: [
                { type: 'bar', stack: 'f', barWidth: 24, data: rows.map((row, n) => ({ value: row.converted, row: n })), itemStyle: { color: c.blue } },
                { type: 'bar', stack: 'f', barWidth: 24, data: rows.map((row, n) => ({ value: row.pending, row: n })), itemStyle: { color: 'transparent', borderColor: c.blue, borderType: 'dashed', borderWidth: 1 },
                    label: label(ctx, { position: 'right', formatter: ({ data }) => said(rows[data.row]) }) },
            ],
        } }
    },

    bars(rows, ctx) {
        return { height: 24 + 34 * rows.length, option: {
            tooltip: tooltip(ctx, rows), grid: { left: small(ctx) ? 100 : 140, right: small(ctx) ? 92 : 110, top: 6, bottom: 8 }, xAxis: { type: 'value', show: false },
            yAxis: categoryAxis(ctx, rows.map(row => ctx.t(row.stage)), { inverse: true, axisLabel: { color: ctx.colors.text, interval: 0, width: small(ctx) ? 92 : 132, overflow: 'truncate' } }),
            series: [{ type: 'bar', barWidth: 20, itemStyle: { color: ctx.colors.blue }, data: rows.map((row, n) => ({ value: row.deals, row: n })),
                label: label(ctx, { position: 'right', formatter: ({ data }) => `${ctx.f(rows[data.row].deals, 'count')} · ${ctx.f(rows[data.row].amount, 'money')}` }) }],
        } }
    },

    cohorts(rows, ctx) {
        const c = ctx.colors, measure = ctx.measure || 'share', name = { share: 'rate', customers: 'retained', revenue: 'revenue' }[measure]
        const format = { share: 'percent0', customers: 'count', revenue: small(ctx) ? 'compact' : 'money' }[measure], from = measure === 'share' ? 1 : 0
        const cohorts = [...new Set(rows.map(row => row.cohort))].slice(-9), size = Object.fromEntries(rows.map(row => [row.cohort, row.customers]))
        const periods = [...new Set([1, ...rows.filter(row => cohorts.includes(row.cohort)).map(row => row.period_no)])].filter(n => n >= from).sort((a, b) => a - b)
        const placed = rows.map((row, n) => ({ row, n, x: periods.indexOf(row.period_no), y: cohorts.indexOf(row.cohort) })).filter(cell => cell.x >= 0 && cell.y >= 0)
        const known = placed.filter(({ row }) => row.complete && row[name] !== null), most = Math.max(...known.map(({ row }) => row[name]), 0)
        const seen = new Set(known.map(({ x, y }) => `${x} ${y}`)), open = cohorts.flatMap((_, y) => periods.map((_, x) => [x, y])).filter(([x, y]) => !seen.has(`${x} ${y}`))
        const next = (x, y) => !x || seen.has(`${x - 1} ${y}`)
        return { height: 44 + (small(ctx) ? 30 : 36) * cohorts.length, option: {
            tooltip: tooltip(ctx, rows), grid: { left: small(ctx) ? 92 : 106, right: 6, top: 24, bottom: 6 },
            xAxis: categoryAxis(ctx, periods.map(n => n ? `+${n}` : '0'), { position: 'top', axisLabel: { interval: 0, hideOverlap: false } }),
            yAxis: categoryAxis(ctx, cohorts, { inverse: true, axisLabel: { interval: 0, formatter: date => `${ctx.f(date, 'quarter')}  {n|${ctx.f(size[date], 'count')}}`, rich: { n: { fontSize: 10, color: c.muted } }, color: c.text } }),
            visualMap: { show: false, seriesIndex: 0, min: 0, max: most || 1, inRange: { color: [c.low, c.high] } },
            series: [
                { type: 'heatmap', itemStyle: { borderColor: c.card, borderWidth: 2 }, data: known.map(({ row, n, x, y }) => ({ value: [x, y, row[name]], row: n, label: label(ctx, { fontSize: small(ctx) ? 9 : 11, color: row[name] > 0.55 * most ? c.onHigh : c.onLow, formatter: ctx.f(row[name], format) }) })) },
                { type: 'custom', silent: true, data: open, renderItem: (_, api) => {
                    const [w, h] = api.size([1, 1]), [x, y] = api.coord([api.value(0), api.value(1)])
                    return { type: 'rect', shape: { x: x - w / 2 + 2, y: y - h / 2 + 2, width: w - 4, height: h - 4 }, style: { fill: 'transparent', stroke: c.grey, lineDash: [2, 4], opacity: 0.7 }, textContent: { style: { text: !next(api.value(0), api.value(1)) ? '' : w > 44 ? ctx.t('pending') : '…', fill: c.muted, fontSize: 10 } }, textConfig: { position: 'inside' } }
                } },
            ],
        } }
    },

    lifecycle(rows, ctx) {
        const c = ctx.colors, dates = rows.map(row => row.month)
        const series = (name, color, sign = 1) => ({ name: ctx.t(name), type: 'bar', stack: 'l', barWidth: small(ctx) ? 7 : 12, itemStyle: { color }, data: rows.map((row, n) => ({ value: [row.month, sign * row[name]], row: n })) })
        return { height: 280, option: {
            tooltip: tooltip(ctx, rows), legend: legend(ctx), grid: { left: 42, right: 14, top: 44, bottom: 26 }, xAxis: timeAxis(ctx, dates, { axisLine: { onZero: true, lineStyle: { color: c.muted } } }),
            yAxis: valueAxis(ctx, 'count', { minInterval: 1, axisLabel: { formatter: value => ctx.f(Math.abs(value), 'count') } }),
            series: [series('new', c.blue), series('returning', c.green), series('resurrected', c.orange), series('dormant', c.grey, -1)],
        } }
    },

    survival(rows, ctx) {
        const c = ctx.colors, plans = [...new Set(rows.map(row => row.plan))], hues = [c.blue, c.orange, c.green, c.purple, c.red, c.grey], dashes = ['solid', 'dashed', 'dotted']
        const end = Math.max(...rows.map(row => row.days))
        return { height: 280, option: {
            tooltip: tooltip(ctx, rows), grid: { left: 48, right: 62, top: 12, bottom: 42 },
            xAxis: valueAxis(ctx, 'count', { min: 0, max: end, interval: 90, name: ctx.t('days'), nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: c.muted }, splitLine: { show: false }, axisLabel: { showMaxLabel: end % 90 === 0 } }),
            yAxis: valueAxis(ctx, 'percent0', { min: 0, max: 1, interval: 0.25 }),
            series: plans.flatMap((plan, i) => {
                const of = rows.map((row, n) => ({ row, n })).filter(({ row }) => row.plan === plan), color = hues[i % hues.length]
                return [band([[0, 1, 1], ...of.map(({ row }) => [row.days, row.lower ?? row.value, row.upper ?? row.value])], color, { steps: true }), {
                    name: ctx.t(plan), type: 'line', step: 'end', symbolSize: 3, color, lineStyle: { width: 2, type: dashes[i % 3] }, z: 4,
                    data: [{ value: [0, 1] }, ...of.map(({ row, n }) => ({ value: [row.days, row.value], row: n }))],
                    endLabel: label(ctx, { formatter: ctx.t(plan), color, fontWeight: 'bold' }), labelLayout: { moveOverlap: 'shiftY' },
                }]
            }),
        } }
    },

    waterfall(rows, ctx) {
        const c = ctx.colors
        let level = 0
        const steps = rows.map(({ item, amount }) => {
            const total = item === 'mrr_start' || item === 'mrr_end', before = total ? 0 : level
            level = total ? amount : level + amount
            return { base: Math.min(before, level), size: Math.abs(amount), color: total ? c.grey : amount >= 0 ? c.blue : c.red, total }
        })
        return { height: 36 + 34 * rows.length, option: {
            tooltip: tooltip(ctx, rows), grid: { left: small(ctx) ? 84 : 96, right: 70, top: 4, bottom: 26 }, xAxis: valueAxis(ctx, 'money', { splitNumber: small(ctx) ? 2 : 4 }),
            yAxis: categoryAxis(ctx, rows.map(row => ctx.t(row.item)), { inverse: true, axisLabel: { color: c.text } }),
            series: [
                { type: 'bar', stack: 'w', silent: true, itemStyle: { color: 'transparent' }, data: steps.map(step => step.base) },
                { type: 'bar', stack: 'w', barWidth: 20, data: steps.map((step, n) => ({ value: step.size, row: n, itemStyle: { color: step.color } })),
                    label: label(ctx, { position: 'right', formatter: ({ data }) => `${rows[data.row].amount > 0 && !steps[data.row].total ? '+' : ''}${ctx.f(rows[data.row].amount, 'money')}` }) },
            ],
        } }
    },

    rfm(rows, ctx) {
        const c = ctx.colors, most = Math.max(...rows.map(row => row.customers)), richest = Math.max(...rows.map(row => row.revenue)), bins = [1, 2, 3, 4, 5]
        const side = Math.min(46, (ctx.width - 70) / 5.4)
        return { height: 350, option: {
            tooltip: tooltip(ctx, rows), grid: { left: 40, right: 10, top: 26, bottom: 84 },
            xAxis: categoryAxis(ctx, bins, { name: ctx.t('recency'), nameLocation: 'middle', nameGap: 24, nameTextStyle: { color: c.muted }, splitLine: { show: true, lineStyle: { color: c.line } } }),
            yAxis: categoryAxis(ctx, bins, { name: ctx.t('frequency'), nameTextStyle: { color: c.muted, align: 'left', padding: [0, 0, 0, -28] }, splitLine: { show: true, lineStyle: { color: c.line } } }),
            visualMap: { type: 'continuous', min: 0, max: richest, orient: 'horizontal', left: 'center', bottom: 2, itemWidth: 12, itemHeight: 120, inRange: { color: [c.low, c.high] }, textStyle: { color: c.muted, fontSize: 11 }, text: [ctx.f(richest, 'money'), `${ctx.t('revenue')}  ${ctx.f(0, 'money')}`], formatter: value => ctx.f(value, 'money') },
            series: [{ type: 'scatter', data: rows.map((row, n) => ({ value: [row.recency - 1, row.frequency - 1, row.revenue], row: n, symbolSize: Math.max(10, side * Math.sqrt(row.customers / most)),
                label: label(ctx, { position: Math.sqrt(row.customers / most) * side > 24 ? 'inside' : 'right', color: Math.sqrt(row.customers / most) * side > 24 ? row.revenue > 0.5 * richest ? c.onHigh : c.onLow : c.text, formatter: ctx.f(row.customers, 'count') }) })),
                itemStyle: { borderColor: c.blue, borderWidth: 1 } }],
        } }
    },

    migration(rows, ctx) {
        const c = ctx.colors, from = [...new Set(rows.map(row => row.from_segment))], to = [...new Set([...from, ...rows.map(row => row.to_segment)])].filter(name => rows.some(row => row.to_segment === name))
        return { height: 116 + 25 * from.length, option: {
            tooltip: tooltip(ctx, rows), grid: { left: small(ctx) ? 96 : 128, right: 10, top: 6, bottom: 96 },
            xAxis: categoryAxis(ctx, to, { axisLabel: { interval: 0, rotate: 50, hideOverlap: false, fontSize: 10 } }), yAxis: categoryAxis(ctx, from, { inverse: true, axisLabel: { interval: 0, color: c.text, fontSize: small(ctx) ? 10 : 11 } }),
            visualMap: { show: false, min: 0, max: 1, inRange: { color: [c.low, c.high] } },
            series: [{ type: 'heatmap', itemStyle: { borderColor: c.card, borderWidth: 2 }, data: rows.map((row, n) => ({ value: [to.indexOf(row.to_segment), from.indexOf(row.from_segment), row.share], row: n,
                label: label(ctx, { fontSize: small(ctx) ? 8 : 10, color: row.share > 0.55 ? c.onHigh : c.onLow, formatter: ctx.f(row.share, 'percent0').replace(/\s?%/, small(ctx) ? '' : '%') }) })) }],
        } }
    },

    holdout(rows, ctx) {
        const c = ctx.colors, series = (name, color, more) => ({ name: ctx.t(name), type: 'bar', barGap: '10%', itemStyle: { color }, data: rows.map((row, n) => ({ value: row[name], row: n })), label: label(ctx, { show: ctx.width >= 420, position: 'top', fontSize: 10, formatter: ({ data }) => ctx.f(data.value, 'decimal') }), ...more })
        return { height: 280, option: {
            tooltip: tooltip(ctx, rows), legend: legend(ctx), grid: { left: 40, right: 10, top: 40, bottom: 44 },
            xAxis: categoryAxis(ctx, rows.map(row => row.or_more ? `${row.purchases}+` : `${row.purchases}`), { name: ctx.t('purchases_axis'), nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: c.muted } }),
            yAxis: valueAxis(ctx, 'decimal'), series: [series('actual', c.blue), series('expected', c.orange)],
        } }
    },

    control(rows, ctx) {
        const c = ctx.colors, names = [...new Set(rows.map(row => row.series))], dates = rows.map(row => row.week).sort()
        const side = ctx.width >= 700, wide = side ? ctx.width / names.length : ctx.width, at = i => ({ left: side ? i * wide : 0, top: side ? 0 : i * 150 })
        return { height: side ? 200 : 150 * names.length, option: {
            tooltip: tooltip(ctx, rows), title: names.map((name, i) => ({ ...at(i), text: ctx.t(name), padding: 0, textStyle: { fontSize: 12, fontWeight: 'bold', color: c.text } })),
            grid: names.map((_, i) => ({ left: at(i).left + 36, top: at(i).top + 24, width: wide - 54, height: side ? 144 : 90 })),
            xAxis: names.map((_, i) => timeAxis(ctx, dates, { gridIndex: i })), yAxis: names.map((_, i) => valueAxis(ctx, 'decimal', { gridIndex: i, scale: true, splitNumber: 2, axisLabel: { formatter: value => ctx.f(value, Number.isInteger(value) ? 'count' : 'decimal') } })),
            series: names.flatMap((name, i) => {
                const of = rows.map((row, n) => ({ row, n })).filter(({ row }) => row.series === name), judged = of.filter(({ row }) => row.statistic !== null), on = { xAxisIndex: i, yAxisIndex: i }
                const moved = judged.filter(({ row }) => row.moved)
                return [
                    ...(judged.length ? [band(judged.map(({ row }) => [row.week, row.lower, row.upper]), c.blue, on)] : []),
                    { type: 'scatter', ...on, symbolSize: 3, itemStyle: { color: c.grey }, data: of.map(({ row, n }) => ({ value: [row.week, row.value], row: n })) },
                    { type: 'line', ...on, showSymbol: false, lineStyle: { color: c.blue, width: 2 }, data: judged.map(({ row }) => [row.week, row.statistic]) },
                    { type: 'scatter', ...on, symbol: 'diamond', symbolSize: 7, itemStyle: { color: c.red }, z: 5, data: moved.map(({ row, n }) => ({ value: [row.week, row.statistic], row: n })) },
                ]
            }),
        } }
    },
}
