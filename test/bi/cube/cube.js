// Starts Cube, asks it over HTTP what queries.js lists, and compares its answers, row by row, with plain SQL.
//   node cube.js        prints "ok - ..." or "not ok - ..." for each query and each number; environment variables name the server
const http = require('http')
const express = require('express')
const fs = require('fs')
const { Client } = require('pg')
const { CubejsServerCore } = require('@cubejs-backend/server-core')
const PostgresDriver = require('@cubejs-backend/postgres-driver')
const queries = require('./queries.js')

const model = `${__dirname}/model/shop.js`
const core = CubejsServerCore.create({
    dbType: 'postgres',
    driverFactory: () => new PostgresDriver({ host: process.env.PGHOST, port: process.env.PGPORT, user: process.env.PGUSER, database: process.env.PGDATABASE }),
    repositoryFactory: () => ({ dataSchemaFiles: async () => [{ fileName: 'shop.js', content: fs.readFileSync(model, 'utf8') }] }),
    apiSecret: 'none', checkAuth: () => {}, // it listens to this script only
    cacheAndQueueDriver: 'memory', scheduledRefreshTimer: false, telemetry: false, devServer: false,
    logger: (message, about) => { if (/error/i.test(message)) console.error(message, about.error || about.warning) },
})

// Cube answers "Continue wait" while a query is at work.
async function ask(port, path, query) {
    for (;;) {
        const answer = await fetch(`http://127.0.0.1:${port}/cubejs-api/v1/${path}?query=${encodeURIComponent(JSON.stringify(query))}`)
        const body = await answer.json()
        if (body.error !== 'Continue wait') return body
    }
}

const check = (good, what) => console.log(`${good ? 'ok' : 'not ok'} - cube, ${what}`)

// The columns of Cube's rows in the order of the query: dimensions, times, measures.
function columns({ dimensions = [], timeDimensions = [], measures = [] }) {
    return [...dimensions, ...timeDimensions.map(time => `${time.dimension}.${time.granularity}`), ...measures]
}

function same(read, exact) {
    if (read === null || exact === null) return read === exact
    if (exact instanceof Date) return Date.parse(`${read}Z`) === exact.getTime()
    return read === exact || read !== '' && Math.abs(Number(read) - Number(exact)) <= 1e-9 * Math.max(1, Math.abs(Number(exact)))
}

async function compare(port, plain, { title, has, query, sql }) {
    const { data, error } = await ask(port, 'load', query), generated = JSON.stringify((await ask(port, 'sql', query)).sql)
    if (!data) return check(false, `${title}: ${error}`)
    for (const pattern of has) check(pattern.test(generated), `${title}: its SQL has ${pattern}` + (pattern.test(generated) ? '' : `: ${generated}`))
    const { rows } = await plain.query({ text: sql, rowMode: 'array' }), names = columns(query)
    check(rows.length === data.length, `${title}: ${data.length} rows, in plain SQL ${rows.length}`)
    for (const [place, row] of rows.slice(0, data.length).entries()) {
        for (const [index, exact] of row.entries()) {
            const read = data[place][names[index]]
            check(same(read, exact), `${title}: row ${place + 1}, ${names[index]} is ${read}, in plain SQL ${exact instanceof Date ? exact.toISOString() : exact}`)
        }
    }
}

async function main() {
    const app = express(), server = http.createServer(app), plain = new Client()
    await core.initApp(app)
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
    await plain.connect()
    for (const query of queries) await compare(server.address().port, plain, query)
    process.exit() // Cube holds timers
}

main().catch(error => { console.error(error); process.exit(1) })
