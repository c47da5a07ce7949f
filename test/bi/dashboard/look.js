// Looks at the dashboard as people do, in headless Chromium, and prints "ok - ..." or "not ok - ..." for each thing seen.
//   look.js ADDRESS PROFILE SET...          a SET is TITLE|QUERY|FILE: the page for that query, and its numbers in plain SQL
//   look.js ADDRESS PROFILE --numbers SET   numbers only
//   look.js ADDRESS PROFILE --other SET     without what holds for the shop only
//   look.js ADDRESS PROFILE --picture FILE  the page in English, and beside it in Chinese and dark
const { execFileSync } = require('child_process')
const fs = require('fs')
const http = require('http')
const { open } = require('./browser.js')

const said = (good, what, more = '') => console.log(`${good ? 'ok' : 'not ok'} - dashboard, ${what}${good ? '' : `: ${more}`}`)
const near = (a, b) => a === b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
const same = (shown, exact) => shown === exact || (shown !== '' && exact !== '' && near(Number(shown), Number(exact)))

// Cells of all tables, with the SQL of each panel.
const readPage = () => Object.fromEntries([...document.querySelectorAll('article')].map(card => [card.id, {
    sql: card.querySelector('details.sql pre')?.textContent, text: card.querySelector('.value')?.textContent, none: card.querySelector('.none')?.textContent,
    rows: [...card.querySelectorAll('tbody tr')].map(row => Object.fromEntries([...row.cells].map(cell => [cell.dataset.name, { value: cell.dataset.value, text: cell.textContent }]))),
}]))

// ---- numbers -------------------------------------------------------------------------------------------------

// How plain.sql names a row: by what identifies it.
function rowName(panel, row, n) {
    const by = { nps_time: ['month'], nps_groups: ['dimension', 'label'], churn_groups: ['dimension', 'label'], drivers: ['driver'], funnel: ['step'], leads: ['step'], channels: ['label'], cohorts: ['cohort', 'period_no'],
        lifecycle: ['month'], survival: ['plan', 'days'], mrr: ['item'], rfm: ['recency', 'frequency'], changes: ['series', 'week'], holdout: ['purchases'] }[panel]
    return by ? by.map(name => row[name].value).join(' ') : `${n}`
}

// A number as the page writes it, read again: "€5.29万", "1.4 : 1", "−3.2%".
function readNumber(text) {
    const unit = { K: 1e3, M: 1e6, B: 1e9, 万: 1e4, 亿: 1e8, '%': 0.01 }, [, digits, suffix] = text.replace(/ : 1$/, '').replace(/[,+]|[^\d.%KMB万亿-]/g, '').match(/^(-?[\d.]+)(.?)/) || []
    const decimals = (digits || '').split('.')[1]?.length || 0, scale = unit[suffix] || 1
    return { value: Number(digits) * scale, half: 0.5 * 10 ** -decimals * scale, rounded: 'KMB万亿'.includes(suffix) || decimals === 0 ? 0.006 : 0 }
}

function compare(title, page, file) {
    const left = new Map()
    for (const [panel, { rows }] of Object.entries(page)) rows.forEach((row, n) => Object.entries(row).forEach(([name, { value }]) => left.set([panel, rowName(panel, row, n), name].join('\t'), value)))
    const lines = fs.readFileSync(file, 'utf8').trim().split('\n')
    for (const line of lines) {
        const [panel, row, name, exact] = line.split('\t'), key = [panel, row, name].join('\t')
        if (panel === 'cohorts' && left.get([panel, row, 'complete'].join('\t')) !== 'true' && name !== 'customers') continue // pending is empty
        if (exact === '' && !left.has(key)) continue
        said(left.has(key) && same(left.get(key), exact), `${title}: ${panel} ${row} ${name} is ${exact}`, `the page shows ${left.get(key)}`)
    }
    // What has plain SQL has it for every row.
    const known = new Set(lines.map(line => line.split('\t').slice(0, 3).join('\t'))), kinds = new Set(lines.map(line => line.split('\t')).map(([panel, , name]) => `${panel}\t${name}`))
    const extra = [...left].filter(([key, value]) => kinds.has(key.replace(/\t.*\t/, '\t')) && !known.has(key) && value !== '')
    said(!extra.length, `${title}: no number that plain SQL does not have`, extra.slice(0, 5).map(([key, value]) => `${key} ${value}`).join('; '))
}

// The SQL that a panel shows, run in psql as it stands, gives what the panel shows.
function rerun(title, page) {
    for (const [panel, { sql, rows, text, none }] of Object.entries(page)) {
        if (!sql) { said(none, `${title}: ${panel} says why it has nothing`, 'it is silent'); continue }
        const [set, ...query] = sql.replace(/;\s*$/, '').split(';\n')
        const found = JSON.parse(execFileSync('psql', ['-XAtqc', `${set}; SELECT coalesce(json_agg(t), '[]') FROM (${query.join(';\n')}) AS t`], { encoding: 'utf8', maxBuffer: 1e8 }))
        const wrong = rows.flatMap((row, n) => Object.entries(row).filter(([name, { value }]) => !same(value, `${found[n]?.[name] ?? ''}`)).map(([name, { value }]) => `row ${n} ${name} is ${found[n]?.[name]}, not ${value}`))
        said(!wrong.length && (none || rows.length === found.length), `${title}: ${panel} shows what its SQL gives in psql, ${rows.length} rows`, wrong.slice(0, 3).join('; ') || `${found.length} rows`)
        const unread = rows.flatMap(row => Object.values(row)).concat(text ? [{ value: rows[0]?.value?.value, text }] : []).filter(({ value, text: written }) => {
            if (!/^-?\d/.test(value) || /^\d{4}-\d\d/.test(value) || !/\d/.test(written)) return false
            const read = readNumber(written)
            return Math.abs(read.value - Number(value)) > read.half * 1.0001 + read.rounded * Math.abs(Number(value)) + 1e-9
        })
        said(!unread.length, `${title}: ${panel} writes its numbers as they are`, unread.slice(0, 3).map(({ value, text: written }) => `${value} as ${written}`).join('; '))
    }
}

// ---- what is seen --------------------------------------------------------------------------------------------

// Texts of a card that lie on each other, or beyond the edge of their chart. A box is four corners: texts may be turned.
const crowded = () => {
    const corners = text => {
        const box = text.getBBox(), m = text.getScreenCTM(), y1 = box.y + 0.2 * box.height, y2 = box.y + 0.8 * box.height
        return [[box.x, y1], [box.x + box.width, y1], [box.x + box.width, y2], [box.x, y2]].map(([x, y]) => [m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f])
    }
    const apart = (a, b) => [a, b].some(box => [0, 1].some(i => {
        const [x, y] = [box[i + 1][0] - box[i][0], box[i + 1][1] - box[i][1]], along = points => points.map(([px, py]) => (px * x + py * y) / Math.hypot(x, y))
        const [p, q] = [along(a), along(b)]
        return Math.max(...p) <= Math.min(...q) + 1 || Math.max(...q) <= Math.min(...p) + 1
    }))
    const found = []
    for (const card of document.querySelectorAll('article, header, #summary, footer')) {
        const texts = [...card.querySelectorAll('svg text')].filter(text => text.textContent.trim() && getComputedStyle(text).opacity !== '0' && text.getBBox().width > 0).map(text => ({ said: text.textContent, box: corners(text), svg: text.ownerSVGElement.getBoundingClientRect() }))
        for (const { said: words, box, svg } of texts) if (box.some(([x, y]) => x < svg.left - 1 || x > svg.right + 1 || y < svg.top - 1 || y > svg.bottom + 1)) found.push(`${card.id}: "${words}" is cut off`)
        const walker = document.createTreeWalker(card, NodeFilter.SHOW_TEXT)
        for (let node; (node = walker.nextNode());) {
            if (!node.textContent.trim() || node.parentElement.closest('svg, option, details:not([open]) > :not(summary), .skip')) continue
            const range = document.createRange()
            range.selectNodeContents(node)
            for (const r of range.getClientRects()) if (r.width > 1) texts.push({ said: node.textContent, box: [[r.left, r.top + 3], [r.right, r.top + 3], [r.right, r.bottom - 3], [r.left, r.bottom - 3]] })
        }
        texts.forEach((a, i) => texts.slice(i + 1).forEach(b => { if (!apart(a.box, b.box)) found.push(`${card.id}: "${a.said}" and "${b.said}"`) }))
    }
    return found
}

// Texts whose contrast with the card is below 4.5 : 1 (WCAG AA).
const faint = () => {
    const light = colour => { const [r, g, b] = colour.match(/[\d.]+/g).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b }
    const card = light(getComputedStyle(document.querySelector('.card')).backgroundColor)
    return [...document.querySelectorAll('.card :is(h3, .value, .note, .good, .bad, summary, td, th, p)')].filter(e => e.checkVisibility()).filter(e => { const a = light(getComputedStyle(e).color); return (Math.max(a, card) + 0.05) / (Math.min(a, card) + 0.05) < 4.5 }).map(e => e.textContent)
}

async function look(page, address, query, title, widths, looks) {
    for (const width of widths) for (const [lang, theme] of looks) {
        const where = `${title}, ${lang}, ${theme}, ${width} px`
        await page.size(width, 900)
        await page.goto(`${address}?${query}&lang=${lang}&theme=${theme}`)
        const seen = await page.evaluate(crowded), pale = await page.evaluate(faint), wide = await page.evaluate('document.documentElement.scrollWidth')
        said(!seen.length, `${where}: no text lies on another or is cut off`, seen.slice(0, 6).join('; '))
        said(!pale.length, `${where}: every text has the contrast of WCAG AA`, pale.slice(0, 5).join('; '))
        said(wide <= width, `${where}: nothing is wider than the page`, `${wide} px`)
        const empty = await page.evaluate(() => [...document.querySelectorAll('.chart, .spark')].filter(e => e.querySelectorAll('svg path, svg rect').length < 3).map(e => e.ariaLabel))
        said(!empty.length, `${where}: every chart is drawn`, empty.join('; '))
        const english = lang === 'zh' ? await page.evaluate(() => [...document.querySelectorAll('h2, h3, summary, th, label, .note, .chart text')].map(e => e.textContent).filter(text => /[a-z]{4,}/.test(text) && !/SQL|English/.test(text))) : []
        said(!english.length, `${where}: no English word is left`, english.slice(0, 6).join('; '))
    }
    said(!page.errors.length, `${title}: no error and no warning in the console`, page.errors.join('; '))
}

async function hands(page, address) {
    await page.size(1280, 900)
    await page.goto(`${address}?lang=en`)
    const wanted = await page.evaluate(() => document.querySelectorAll('button, select, summary, a[href], [tabindex="0"]').length - document.querySelectorAll('details:not([open]) > :not(summary) :is(button, select, a[href], [tabindex="0"]), details:not([open]) > [tabindex="0"], details:not([open]) > button').length)
    const reached = new Set(), plain = []
    for (let n = 0; n < wanted + 20; n++) {
        await page.key('Tab')
        const at = await page.evaluate(() => { const e = document.activeElement; e.dataset.tab ||= `${Math.random()}`; const outline = getComputedStyle(e).outlineStyle; return e === document.body ? null : { id: e.dataset.tab, what: `${e.tagName} ${e.textContent.slice(0, 30)}`, outline } })
        if (!at) continue
        reached.add(at.id)
        if (at.outline === 'none') plain.push(at.what)
    }
    said(reached.size >= wanted, `the Tab key reaches all ${wanted} controls`, `${reached.size} reached`)
    said(!plain.length, 'what has the focus is outlined', plain.slice(0, 3).join('; '))
    await page.evaluate('document.querySelector("#nps details.sql summary").focus()')
    await page.key('Enter')
    said(await page.evaluate('document.querySelector("#nps details.sql").open'), 'Enter opens the SQL of a panel')
    await page.evaluate('document.querySelector("#language").focus()')
    await page.key('Enter')
    await page.until('document.body.dataset.ready && document.documentElement.lang === "zh-CN"', 'Chinese')
    said(await page.evaluate('document.activeElement.id === "language" && document.querySelector("h1").textContent.includes("客户仪表盘")'), 'Enter on the switch turns the page Chinese, and the focus stays')
    const nameless = await page.names()
    said(!nameless.length, 'everything that can be operated and every chart has a name for screen readers', nameless.join('; '))
    await page.goto(`${address}?lang=en`)
    await page.evaluate(() => { const s = document.querySelector('#by_region'); s.value = 'Asia'; s.dispatchEvent(new Event('change')) })
    await page.until('document.body.dataset.ready', 'the filtered page')
    const page2 = await page.evaluate(readPage)
    said(page2.nps.sql.includes("coalesce(region, '(none)') = 'Asia'") && await page.evaluate('location.search.includes("region=Asia")'), 'a filter is in the SQL that is shown and in the address')
    said(await page.evaluate('document.querySelector("#ltv_cac").textContent + document.querySelector("#channels").textContent').then(text => !text.includes('undefined')) && await page.evaluate('document.querySelector("#channels .muted")?.textContent.includes("Region")'), 'a panel that cannot be filtered by region says so')
    await page.evaluate(() => { const s = document.querySelector('#cohorts select'); s.value = 'revenue'; s.dispatchEvent(new Event('change')) })
    said(await page.evaluate('document.querySelector("#cohorts svg").textContent.includes("€")'), 'cohorts can be seen by revenue')
    await page.size(360, 900)
    await page.until('document.querySelector("#cohorts .chart").clientWidth < 340 && document.querySelector("#cohorts svg").clientWidth < 340', 'the narrow page')
    const seen = await page.evaluate(crowded)
    said(!seen.length, 'cohorts by revenue, 360 px: no text lies on another or is cut off', seen.slice(0, 6).join('; '))
    await page.size(1280, 900)
    await page.media('print')
    await page.evaluate('dispatchEvent(new Event("beforeprint"))')
    said(await page.evaluate('getComputedStyle(document.querySelector(".buttons")).display === "none" && document.documentElement.dataset.theme === "light"'), 'printed without controls, in light colours')
    await page.media('')
    const pages = ((await page.pdf()).toString('latin1').match(/\/Type \/Page\b(?!s)/g) || []).length
    said(pages >= 4 && pages <= 8, `printed on A4 it takes ${pages} pages`, 'more than 8, or cut off')
}

const get = (address, headers = {}) => new Promise((resolve, reject) => http.get(address, { headers }, answer => { let text = ''; answer.on('data', part => { text += part }).on('end', () => resolve({ status: answer.statusCode, text })) }).on('error', reject))

async function guarded(address) {
    const { origin, port } = new URL(address), listening = fs.readFileSync('/proc/net/tcp', 'utf8').split('\n').map(line => line.trim().split(/\s+/)[1]).filter(at => at?.endsWith(`:${Number(port).toString(16).toUpperCase().padStart(4, '0')}`))
    said(listening.length && listening.every(at => at.startsWith('0100007F')), 'it listens on 127.0.0.1 only', listening.join(' '))
    said((await get(`${origin}/`)).status === 404 && (await get(`${origin}/setup`)).status === 404, 'whoever does not know the address is told nothing')
    for (const path of ['..%2fserver.js', 'server.js', 'panels.js', '../../etc/passwd', 'panel/none', 'constructor']) said((await get(`${address}${path}`)).status === 404, `${path} is not served`)
    for (const evil of ["x' OR true --", "'; DROP TABLE shop.customers; --", '$1', ':from', '{customers}', '\\']) {
        const { status, text } = await get(`${address}panel/active?region=${encodeURIComponent(evil)}`)
        said(status === 200 && JSON.parse(text).rows[0].value === 0, `a region called ${evil} has no customers`, text.slice(0, 200))
    }
}

;(async () => {
    const [address, profile, ...sets] = process.argv.slice(2), page = await open(profile)
    if (sets[0] === '--picture') {
        for (const [file, query, height] of [[sets[1], 'lang=en&theme=light', 888], [sets[1].replace(/\.png$/, '.zh.png'), 'lang=zh&theme=dark', 858]]) {
            await page.size(1280, height)
            await page.goto(`${address}?${query}`)
            await page.picture(file, true)
        }
        return page.close()
    }
    const numbers = sets[0] === '--numbers' && sets.shift(), other = sets[0] === '--other' && sets.shift()
    await page.size(1280, 900)
    for (const set of sets) {
        const [title, query, file] = set.split('|')
        for (const lang of ['en', 'zh']) {
            await page.goto(`${address}?${query}&lang=${lang}`)
            const ready = await page.evaluate('document.body.dataset.ready'), read = await page.evaluate(readPage)
            if (ready !== 'yes') said(false, `${title}: the page is ready`, ready)
            if (file && lang === 'en') compare(title, read, file)
            rerun(`${title}, ${lang}`, read)
            if (other) said(await page.evaluate('document.querySelectorAll(".absent li").length > 0 && [...document.querySelectorAll(".absent li")].every(line => /[(].*[)]/.test(line.textContent))'), `${title}, ${lang}: panels without data say in a sentence what they need`)
            if (other) said(Object.values(read).filter(({ rows }) => rows.length).length >= 3, `${title}, ${lang}: the others have rows`)
        }
        if (!numbers) await (set === sets[0] && !other ? look(page, address, query, title, [360, 800, 1280], [['en', 'light'], ['zh', 'dark'], ['zh', 'light'], ['en', 'dark']]) : look(page, address, query, title, [360, 1280], [['en', 'light'], ['zh', 'dark']]))
    }
    if (!numbers && !other) { await hands(page, address); await guarded(address) }
    said(!page.errors.length, 'no error and no warning in the console at the end', page.errors.join('; '))
    await page.close()
})().catch(error => { console.log(`not ok - dashboard: ${error.stack}`); process.exit(0) })
