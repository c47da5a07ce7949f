// The dashboard's server: it listens on the loopback, reads PostgreSQL for every answer, and writes nothing.
//   node server.js        prints the address of the page; PGHOST, PGDATABASE and so on name the database
//   DASHBOARD_ZONE        the zone of days and months                  (UTC, if not given)
//   DASHBOARD_CURRENCY    the currency of orders' amounts, as EUR      (none is written, if not given)
//   DASHBOARD_TITLE       what stands on top of the page               (the database's name, if not given)
//   DASHBOARD_PORT        the port to listen on                        (any that is free, if not given)
//   DASHBOARD_WHILE       a file: the server ends when it is gone
// Whoever does not know the address, which has a random part, is told nothing: a machine may have several users.
const crypto = require('crypto')
const fs = require('fs')
const http = require('http')
const path = require('path')
const { Pool, types } = require('pg')
const { panels, filters, sources, targets } = require('./panels.js')

const zone = process.env.DASHBOARD_ZONE || 'UTC'
const key = crypto.randomBytes(12).toString('hex')
types.setTypeParser(types.builtins.INT8, Number)
types.setTypeParser(types.builtins.NUMERIC, Number)
types.setTypeParser(types.builtins.DATE, text => text) // not midnight in the zone of this machine
const pool = new Pool({
    max: 3,
    options: `${process.env.PGOPTIONS || ''} -c TimeZone=${zone.replace(/[\\ ]/g, '\\$&')} -c default_transaction_read_only=on -c statement_timeout=120s`,
})
pool.on('error', error => console.error(error.message)) // a connection that was idle when the server ended

const files = {
    '': ['page.html', 'text/html; charset=utf-8'],
    'page.css': ['page.css', 'text/css; charset=utf-8'],
    'page.js': ['page.js', 'text/javascript; charset=utf-8'],
    'charts.js': ['charts.js', 'text/javascript; charset=utf-8'],
    'words.js': ['words.js', 'text/javascript; charset=utf-8'],
    'echarts.js': [require.resolve('echarts/dist/echarts.min.js'), 'text/javascript; charset=utf-8'],
}

// ---- what the database has -----------------------------------------------------------------------------------

// "table.column" of every table and view that a plain name reaches.
async function columnsThere() {
    const { rows } = await pool.query(`
        SELECT relname || '.' || attname AS name FROM pg_class AS c JOIN pg_attribute AS a ON attrelid = c.oid
        WHERE relkind IN ('r', 'v', 'm', 'f', 'p') AND attnum > 0 AND NOT attisdropped AND pg_table_is_visible(c.oid)
              AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`)
    return new Set(rows.map(row => row.name))
}

const absent = (needs, there) => needs.filter(column => !there.has(column))

// The first form of a panel whose columns are all there; where there is none, what the first one lacks.
function formOf(panel, there) {
    const forms = panel.forms || [panel]
    return forms.find(form => !absent(form.needs, there).length) || { missing: absent(forms[0].needs, there) }
}

// ---- periods -------------------------------------------------------------------------------------------------

const dayOf = month => `${Math.floor(month / 12)}-${String(month % 12 + 1).padStart(2, '0')}-01` // months since year 0
const asLongBefore = (from, to) => new Date(2 * Date.parse(from) - Date.parse(to)).toISOString().slice(0, 10)

// Halves, quarters and years from the first day of the data to the day after the last, the latest first. One that the data
// end within is compared with as many days before it, another with the one before it.
function periodsBetween(first, end) {
    const [year, month] = first.split('-').map(Number), start = 12 * year + month - 1
    return [['H', 6], ['Q', 3], ['', 12]].flatMap(([letter, months]) => {
        const made = []
        for (let at = Math.floor(start / months) * months; dayOf(at) < end; at += months) {
            const from = dayOf(at), until = dayOf(at + months), to = until < end ? until : end
            made.unshift({
                id: `${Math.floor(at / 12)}${letter && `-${letter}${at % 12 / months + 1}`}`, from, to, until,
                before: to === until ? dayOf(at - months) : asLongBefore(from, to),
            })
        }
        return made
    })
}

// The one shown first: the latest half year of which at least half is over.
const shownFirst = periods => periods.find(({ from, to, until }) => 2 * (Date.parse(to) - Date.parse(from)) >= Date.parse(until) - Date.parse(from)) || periods[0] || {}

async function periodsOf(there) {
    const known = sources.filter(([table, column]) => there.has(`${table}.${column}`))
    if (!known.length) return []
    const { rows: [{ first, end }] } = await pool.query(`SELECT min(at)::date AS first, max(at)::date + 1 AS end FROM (${
        known.map(([table, column]) => `SELECT min(${column}) AS at FROM ${table} UNION ALL SELECT max(${column}) FROM ${table}`).join(' UNION ALL ')}) AS days`)
    return first ? periodsBetween(first, end) : []
}

// What there is, asked once for all panels of a page.
let seen = { at: 0 }
function look() {
    if (Date.now() - seen.at > 2000) seen = { at: Date.now(), what: columnsThere().then(async there => ({ there, periods: await periodsOf(there) })) }
    return seen.what
}

// ---- one query -----------------------------------------------------------------------------------------------

const type = { from: 'date', to: 'date', until: 'date', before: 'date', target: 'float8', zone: 'metric_option' }

// The panel's SQL with the conditions of the filters that are set, and its values apart from it: PostgreSQL never
// reads a value as SQL.
function compose(text, values, there) {
    const set = filters.filter(name => values[name] !== undefined && there.has(`customers.${name}`))
    const conditions = set.map(name => `coalesce(${name}, '(none)') = :${name}`).join(' AND ')
    const written = text
        .replace('{name}', there.has('customers.name') ? '(SELECT min(name) FROM customers AS k WHERE k.customer_id = l.customer_id)' : 'l.customer_id::text')
        .replace(/\{customers\}/g, conditions && ` AND customer_id IN (SELECT customer_id FROM customers WHERE ${conditions})`)
        .replace(/\{filters\}/g, conditions && ` AND ${conditions}`)
        .replace(/\{channel\}/g, values.channel === undefined ? '' : " AND coalesce(channel, '(none)') = :channel")
    const names = []
    const place = (_, name) => `$${(names.includes(name) ? 0 : names.push(name)) || names.indexOf(name) + 1}::${type[name] || 'text'}`
    const sql = written.replace(/(?<![:\w]):([a-z_]+)\b/g, place)
    const quoted = value => typeof value === 'number' ? `${value}` : `'${`${value}`.replace(/'/g, "''")}'`
    return {
        query: { text: sql, values: names.map(name => values[name] ?? null) },
        // The same for people: it runs in psql as it stands.
        shown: `SET TimeZone = ${quoted(zone)};\n${written.replace(/(?<![:\w]):([a-z_]+)\b/g, (_, name) => `${type[name] === 'date' ? 'date ' : ''}${quoted(values[name] ?? null)}`)};`,
    }
}

async function currencyOf(values, there) {
    if (!there.has('subscriptions.currency')) return undefined
    const { query } = compose(`SELECT currency FROM subscriptions WHERE currency IS NOT NULL{customers} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`, values, there)
    const { rows } = await pool.query(query)
    return rows[0] && rows[0].currency
}

// ---- answers -------------------------------------------------------------------------------------------------

async function setup() {
    const { there, periods } = await look(), choices = {}
    for (const name of filters) {
        if (!there.has(`customers.${name}`)) continue
        const { rows } = await pool.query(`SELECT coalesce(${name}, '(none)') AS value, count(*) FROM customers GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 50`)
        choices[name] = rows.map(row => row.value)
    }
    const formed = panels.map(panel => ({ ...panel, ...formOf(panel, there) }))
    const shown = formed.filter(panel => !panel.instead || !formed.some(other => other.id === panel.instead && !other.missing))
    return {
        title: process.env.DASHBOARD_TITLE || null, zone, currency: process.env.DASHBOARD_CURRENCY || null,
        periods, period: shownFirst(periods).id, filters: choices, echarts: require('echarts/package.json').version,
        panels: shown.map(({ sql, forms, needs, ...panel }) => panel).filter(panel => !(panel.kind === 'kpi' && panel.missing)),
    }
}

async function answer(id, search) {
    const { there, periods } = await look(), panel = panels.find(p => p.id === id)
    if (!panel) return null
    const form = formOf(panel, there)
    if (form.missing) return { missing: form.missing, rows: [] }
    const period = periods.find(p => p.id === search.get('period')) || shownFirst(periods)
    const values = { ...period, zone, lang: search.get('lang') === 'zh' ? 'zh' : 'en', target: targets[id] }
    for (const name of filters) if (search.get(name)) values[name] = search.get(name)
    const uses = { ...panel, ...form }.filters || filters
    const ignored = filters.filter(name => values[name] !== undefined && !uses.includes(name))
    for (const name of ignored) delete values[name]
    if (/:currency\b/.test(form.sql)) values.currency = await currencyOf(values, there)
    const { query, shown } = compose(form.sql, values, there)
    const { rows } = await pool.query(query)
    return { rows, sql: shown, ignored, currency: values.currency }
}

http.createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost')
    const asked = pathname.startsWith(`/${key}/`) && pathname.slice(key.length + 2)
    const reply = (status, kind, text) => response.writeHead(status, {
        'Content-Type': kind, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer',
        'Content-Security-Policy': "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    }).end(text)
    try {
        if (asked === false || request.method !== 'GET') reply(404, 'text/plain', 'not found\n')
        else if (asked === 'setup') reply(200, 'application/json', JSON.stringify(await setup()))
        else if (asked.startsWith('panel/')) {
            const found = await answer(asked.slice('panel/'.length), searchParams)
            reply(found ? 200 : 404, 'application/json', JSON.stringify(found))
        } else if (Object.hasOwn(files, asked)) reply(200, files[asked][1], fs.readFileSync(path.resolve(__dirname, files[asked][0])))
        else reply(404, 'text/plain', 'not found\n')
    } catch (error) {
        reply(500, 'application/json', JSON.stringify({ error: error.message, hint: error.hint }))
    }
}).listen(Number(process.env.DASHBOARD_PORT || 0), '127.0.0.1', function () { console.log(`http://127.0.0.1:${this.address().port}/${key}/`) })

if (process.env.DASHBOARD_WHILE) setInterval(() => fs.existsSync(process.env.DASHBOARD_WHILE) || process.exit(), 2000)
