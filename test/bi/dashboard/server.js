// A dashboard: a page of charts, every number of it read from PostgreSQL when it is asked for.
//   node server.js        prints its port on the loopback, and ends when its input does; environment variables name the server
const fs = require('fs')
const http = require('http')
const { Pool } = require('pg')
const charts = require('./charts.js')

const pool = new Pool({ max: 2 })
const files = {
    '/': [`${__dirname}/page.html`, 'text/html; charset=utf-8'],
    '/echarts.js': [require.resolve('echarts/dist/echarts.js'), 'text/javascript'],
}

// A chart as the page needs it, with its rows.
async function answer({ sql, ...chart }, region) {
    return { ...chart, rows: (await pool.query(sql, [region || null])).rows }
}

http.createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost')
    try {
        if (url.pathname === '/data') {
            response.setHeader('Content-Type', 'application/json')
            const answers = charts.map(chart => answer(chart, url.searchParams.get('region')))
            response.end(JSON.stringify(await Promise.all(answers)))
        } else if (files[url.pathname]) {
            response.setHeader('Content-Type', files[url.pathname][1])
            fs.createReadStream(files[url.pathname][0]).pipe(response)
        } else response.writeHead(404).end()
    } catch (error) {
        response.writeHead(500).end(error.message)
    }
}).listen(0, '127.0.0.1', function () { console.log(this.address().port) })
process.stdin.resume().on('end', () => process.exit())
