// The page: asks for what there is, makes filters, headline figures and panels, and fills each as its answer comes.
'use strict'
const search = new URLSearchParams(location.search)
const state = {
    lang: search.get('lang') || (navigator.language.startsWith('zh') ? 'zh' : 'en'),
    theme: search.get('theme') || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
}
const ask = async what => {
    const answer = await fetch(what), read = await answer.json()
    if (!answer.ok) throw new Error(read.error)
    return read
}
const make = (tag, properties = {}, ...children) => { const made = Object.assign(document.createElement(tag), properties); made.append(...children); return made }
let t, setup, drawn = [] // drawn: the charts of the page, to be drawn anew where its width or colours change

function context(answer, panel) {
    const currency = answer.currency || setup.currency
    return { t, lang: state.lang, f: formats(state.lang, currency), colors: colors(state.theme), panel, title: panel.title[state.lang] }
}

// ---- what is around the panels -------------------------------------------------------------------------------

function chosen() {
    const query = new URLSearchParams({ lang: state.lang })
    for (const name of ['period', ...Object.keys(setup.filters)]) if (search.get(name)) query.set(name, search.get(name))
    return query
}

function remember(name, value) {
    if (value) search.set(name, value)
    else search.delete(name)
    history.replaceState(null, '', `?${search}`)
}

function choice(name, options) {
    const select = make('select', { id: `by_${name}`, onchange: () => { remember(name, select.value); fill() } }, ...options.map(([value, text]) => make('option', { value, textContent: text })))
    select.value = search.get(name) || (name === 'period' ? setup.period : options[0][0])
    return make('label', { htmlFor: select.id, textContent: t(name) }, select)
}

function frame() {
    document.documentElement.lang = state.lang === 'zh' ? 'zh-CN' : 'en'
    document.documentElement.dataset.theme = state.theme
    t = say(state.lang)
    document.querySelector('h1').textContent = setup.title ? `${t('dashboard')}: ${setup.title}` : t('dashboard')
    document.title = document.querySelector('h1').textContent
    document.querySelector('.skip').textContent = t('skip')
    const language = document.querySelector('#language'), theme = document.querySelector('#theme')
    language.textContent = t('language')
    language.lang = state.lang === 'zh' ? 'en' : 'zh-CN'
    language.onclick = () => { state.lang = state.lang === 'zh' ? 'en' : 'zh'; remember('lang', state.lang); fill() }
    theme.textContent = t(state.theme === 'dark' ? 'light' : 'dark')
    theme.onclick = () => { state.theme = state.theme === 'dark' ? 'light' : 'dark'; remember('theme', state.theme); fill() }
    const form = document.querySelector('#filters'), focus = document.activeElement.id
    form.replaceChildren()
    form.setAttribute('aria-label', state.lang === 'zh' ? '筛选' : 'Filters')
    if (setup.periods.length) form.append(choice('period', setup.periods.map(({ id }) => [id, periodName(id, state.lang)])))
    for (const [name, values] of Object.entries(setup.filters)) form.append(choice(name, [['', t('all')], ...values.map(value => [value, t(value)])]))
    if (focus) document.getElementById(focus)?.focus()
    const period = setup.periods.find(p => p.id === (search.get('period') || setup.period))
    document.querySelector('footer').replaceChildren(
        period ? make('p', { textContent: t('as_of', formats(state.lang, setup.currency)(period.to, 'date'), setup.zone) }) : '', make('p', { textContent: t('drawn', setup.echarts) }))
}

// ---- definition, table and SQL of a panel --------------------------------------------------------------------

function tableOf(panel, rows, f) {
    const columns = Object.entries(panel.columns).filter(([name]) => rows.some(row => row[name] !== undefined))
    const left = format => ['text', 'word'].includes(format) ? 'text' : ''
    const table = make('table')
    table.setAttribute('aria-label', panel.title[state.lang])
    table.createTHead().insertRow().append(...columns.map(([, column]) => make('th', { scope: 'col', className: left(column.format), textContent: column[state.lang] })))
    const body = table.createTBody()
    rows.forEach((row, n) => {
        body.insertRow().append(...columns.map(([name, column]) => {
            const cell = make('td', { className: left(column.format), textContent: f(row[name], name === 'purchases' && row.or_more ? 'count' : column.format) })
            if (name === 'purchases' && row.or_more) cell.textContent = t('or_more', cell.textContent)
            Object.assign(cell.dataset, { row: n, name, value: row[name] ?? '', head: column[state.lang] })
            return cell
        }))
    })
    return table
}

function details(name, label, ...content) {
    const summary = make('summary', { textContent: t(name) })
    summary.setAttribute('aria-label', `${t(name)} ${label}`)
    return make('details', { className: name }, summary, ...content)
}

function more(panel, answer, f) {
    const label = panel.title[state.lang], made = [details('about', label, make('p', { textContent: panel.definition[state.lang] }))]
    if (answer.rows?.length && panel.kind !== 'list') made.push(details('table', label, make('div', { className: 'scroll', tabIndex: 0, ariaLabel: label, role: 'region' }, tableOf(panel, answer.rows, f))))
    if (answer.sql) {
        const copy = make('button', { type: 'button', textContent: t('copy'), onclick: async () => { await navigator.clipboard.writeText(answer.sql); copy.textContent = t('copied') } })
        made.push(details('sql', label, make('pre', { textContent: answer.sql, tabIndex: 0 }), copy))
    }
    return make('div', { className: 'more' }, ...made)
}

// "surveys.nps_score" and so on, by table: surveys (nps_score, answered_at) and orders (cost).
function listed(columns) {
    const tables = {}
    for (const name of columns) (tables[name.split('.')[0]] ||= []).push(name.split('.')[1])
    return Object.entries(tables).map(([table, names]) => `${table} (${names.join(', ')})`).join(t('and'))
}

function nothingIn(panel, answer) {
    if (answer.error) return t('failed', answer.error)
    return answer.rows.length && !blank[panel.kind]?.(answer.rows) && (panel.kind !== 'kpi' || answer.rows[0].value !== null) ? null : t('empty')
}

function noteIgnored(card, answer) {
    if (answer.ignored?.length) card.append(make('p', { className: 'muted', textContent: t('ignored', answer.ignored.map(name => t(name)).join(t('and'))) }))
}

// ---- headline figures ----------------------------------------------------------------------------------------

function significance(panel, row) {
    if (panel.counted) return t('counted')
    if (row.beyond !== undefined && row.beyond !== null) return t(row.beyond ? 'beyond_intervals' : 'chance_intervals')
    if (row.p === undefined || row.p === null) return ''
    const p = row.p < 0.001 ? `<\u00a0${t('tiny')}` : row.p.toFixed(row.p < 0.01 ? 3 : 2)
    return t(row.p < 0.05 ? 'beyond' : 'chance', p).replace('=\u00a0<', '<')
}
const isBeyond = (panel, row) => panel.counted ? Math.abs(row.change) >= 0.05 : row.beyond ?? row.p < 0.05
const isMet = (panel, row) => row.target === null || row.target === undefined ? null : panel.lower_is_better ? row.value <= row.target : row.value >= row.target

function changeText(panel, row, f) {
    const size = Math.abs(row.change)
    switch (panel.change) {
        case 'points': return t('points_unit', f(size, 'decimal'))
        case 'percent_points': return t('percent_points', f(100 * size, 'decimal'))
        case 'percent': return f(size, 'percent')
        default: return f(size, 'decimal')
    }
}

function fillKpi(card, panel, answer) {
    const { f } = context(answer, panel), nothing = nothingIn(panel, answer), row = answer.rows?.[0] || {}
    card.className = 'card kpi'
    card.append(make('h3', { textContent: panel.title[state.lang] }))
    noteIgnored(card, answer)
    if (nothing) return card.append(make('p', { className: 'none', textContent: nothing }), more(panel, answer, f))
    const met = isMet(panel, row)
    if (met !== null) card.classList.add(met ? 'met' : 'missed')
    card.append(make('div', { className: 'value', textContent: f(row.value, panel.format) }))
    const notes = []
    if (row.lower !== undefined && row.lower !== null) notes.push(t('interval', ...[row.lower, row.upper].map(limit => f(limit, panel.format === 'ratio' ? 'decimal' : panel.format))))
    if (row.n !== undefined && row.n !== null) notes.push(t(`n_${panel.count || panel.format}`, f(row.n, 'count')))
    for (const note of notes) card.append(make('div', { className: 'note', textContent: note }))
    if (row.change !== undefined && row.change !== null) {
        const better = (row.change > 0) !== !!panel.lower_is_better, sure = isBeyond(panel, row)
        card.append(make('div', { className: `change ${row.change === 0 || !sure ? '' : better ? 'good' : 'bad'}` },
            make('span', { textContent: `${row.change > 0 ? '▲' : row.change < 0 ? '▼' : '■'} ${changeText(panel, row, f)} `, ariaLabel: `${t(row.change > 0 ? 'up' : 'down')} ${changeText(panel, row, f)}`, role: 'img' })))
        card.append(make('div', { className: 'note', textContent: t('against', f(row.previous, panel.format)) }), make('div', { className: 'note', textContent: significance(panel, row) }))
    } else if (row.history) card.append(make('div', { className: 'note', textContent: t('first') }))
    if (row.history?.length > 1) {
        const place = make('div', { className: 'spark', role: 'img', ariaLabel: t('chart', panel.title[state.lang]) })
        card.append(place)
        drawn.push({ place, draw: ctx => charts.spark(row, ctx), ctx: () => context(answer, panel) })
    }
    if (met !== null) {
        const bar = make('div', { className: 'bar' }, make('i'))
        bar.firstChild.style.width = `${Math.min(100, Math.max(0, 100 * (panel.lower_is_better ? row.target / row.value : row.attainment)))}%`
        bar.ariaHidden = 'true'
        const said = [`${t('target', `${panel.lower_is_better ? '≤ ' : ''}${f(row.target, panel.format)}`)} ${met ? '✓' : '✗'} ${t(met ? 'met' : 'missed')}`]
        const reached = panel.lower_is_better || row.attainment < 0 ? [] : [t('attained', f(row.attainment, 'percent0'))]
        if (row.pace !== undefined && row.pace !== null) reached.push(t('pace', f(row.pace, 'percent0')))
        said.push(reached.join(' · ') || '\u00a0')
        card.append(bar, ...said.map((textContent, n) => make('div', { className: n ? 'note' : `note ${met ? 'good' : 'bad'}`, textContent })))
    }
    card.append(more(panel, answer, f))
}

// What a manager reads first: how many targets are met, and what moved by more than chance.
function summarise(kpis) {
    const known = kpis.filter(({ panel, answer }) => !nothingIn(panel, answer)).map(({ panel, answer }) => ({ panel, row: answer.rows[0], f: context(answer, panel).f }))
    const aimed = known.filter(({ panel, row }) => isMet(panel, row) !== null), met = aimed.filter(({ panel, row }) => isMet(panel, row))
    const moved = known.filter(({ panel, row }) => row.change && !panel.counted && isBeyond(panel, row))
        .map(({ panel, row, f }) => t(row.change > 0 ? 'rose' : 'fell', panel.title[state.lang], changeText(panel, row, f), f(row.value, panel.format)))
    const parts = []
    if (aimed.length) parts.push(make('strong', { textContent: t('targets', met.length, aimed.length) }), ' ')
    if (known.some(({ row }) => row.change !== undefined)) parts.push(moved.length ? t('moved', moved.join(t('join'))) : t('steady'))
    document.querySelector('#summary').replaceChildren(...parts)
}

// ---- panels --------------------------------------------------------------------------------------------------

function fillPanel(card, panel, answer) {
    const { f } = context(answer, panel), nothing = nothingIn(panel, answer)
    const head = make('div', { className: 'head' }, make('h3', { textContent: panel.title[state.lang] }))
    card.append(head)
    noteIgnored(card, answer)
    if (nothing) return card.append(make('p', { className: 'none', textContent: nothing }), more(panel, answer, f))
    if (panel.kind === 'list') card.append(make('div', { className: 'scroll list', tabIndex: 0, role: 'region', ariaLabel: panel.title[state.lang] }, tableOf(panel, answer.rows, f)))
    else {
        const place = make('div', { className: 'chart', role: 'img', ariaLabel: t('chart', panel.title[state.lang]) })
        const entry = { place, draw: ctx => charts[panel.kind](answer.rows, { ...ctx, measure: entry.measure }), ctx: () => context(answer, panel) }
        if (panel.kind === 'cohorts') {
            const measures = make('select', { ariaLabel: t('measure'), onchange: () => { entry.measure = measures.value; draw(entry) } }, ...['share', 'customers', 'revenue'].map(value => make('option', { value, textContent: t(value) })))
            head.append(measures)
        }
        card.append(place)
        drawn.push(entry)
    }
    card.append(more(panel, answer, f))
}

function draw(entry) {
    const { option, height } = entry.draw({ ...entry.ctx(), width: entry.place.clientWidth })
    if (height) entry.place.style.height = `${height}px`
    entry.chart?.dispose()
    entry.width = entry.place.clientWidth
    entry.chart = echarts.init(entry.place, null, { renderer: 'svg', locale: state.lang === 'zh' ? 'ZH' : 'EN' })
    entry.place.querySelector('svg').setAttribute('viewBox', `0 0 ${entry.width} ${entry.place.clientHeight}`) // so that print can scale it
    entry.place.firstElementChild.ariaHidden = 'true' // the place has the name
    entry.chart.setOption({ animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, ...option })
}

async function fill() {
    const turn = fill.turn = (fill.turn || 0) + 1
    delete document.body.dataset.ready
    frame()
    for (const { chart } of drawn) chart?.dispose()
    drawn = []
    const query = chosen(), kpis = document.querySelector('#kpis'), places = document.querySelector('#panels')
    kpis.ariaLabel = t('headline')
    document.querySelector('#summary').textContent = t('loading')
    kpis.replaceChildren()
    places.replaceChildren()
    const sections = new Map(), waiting = []
    for (const panel of setup.panels.filter(one => !one.missing)) {
        const card = make('article', { id: panel.id, className: 'card panel', ariaLabel: panel.title[state.lang] })
        if (panel.wide) card.classList.add('wide')
        if (panel.section === 'headline') kpis.append(card)
        else {
            if (!sections.has(panel.section)) {
                const grid = make('div', { className: 'panels' })
                places.append(make('section', { ariaLabel: t(panel.section) }, make('h2', { textContent: t(panel.section) }), grid))
                sections.set(panel.section, grid)
            }
            sections.get(panel.section).append(card)
        }
        const asked = ask(`panel/${panel.id}?${query}`).catch(error => ({ error: error.message, rows: [] }))
        waiting.push(asked.then(answer => {
            if (turn !== fill.turn) return null
            const before = drawn.length
            if (panel.kind === 'kpi') fillKpi(card, panel, answer)
            else fillPanel(card, panel, answer)
            drawn.slice(before).forEach(draw)
            return { panel, answer }
        }))
    }
    const absent = setup.panels.filter(panel => panel.missing)
    if (absent.length) {
        places.append(make('section', { ariaLabel: t('absent') }, make('h2', { textContent: t('absent') }), make('ul', { className: 'card absent' }, ...absent.map(panel =>
            make('li', {}, make('strong', { textContent: panel.title[state.lang] }), ' ', make('span', { className: 'muted', textContent: t('missing', listed(panel.missing)) }))))))
    }
    const answers = await Promise.all(waiting)
    if (turn !== fill.turn) return
    summarise(answers.filter(({ panel }) => panel.kind === 'kpi'))
    document.body.dataset.ready = 'yes'
}

new ResizeObserver(() => { for (const entry of drawn) if (entry.chart && entry.place.clientWidth && entry.place.clientWidth !== entry.width) draw(entry) }).observe(document.body)
addEventListener('beforeprint', () => { state.shown = state.theme; state.theme = document.documentElement.dataset.theme = 'light'; drawn.forEach(draw) })
addEventListener('afterprint', () => { state.theme = document.documentElement.dataset.theme = state.shown; drawn.forEach(draw) })
ask('setup').then(read => { setup = read; return fill() }).catch(error => { document.querySelector('#summary').textContent = error.message; document.body.dataset.ready = error.message })
