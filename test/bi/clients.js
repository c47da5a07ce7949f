// Works through the list of calls.py with node-postgres: binds every argument as a value of JavaScript, reads every column,
// and compares with what the server said.
//   node clients.js LIST        Environment variables name the server.
const fs = require('fs')
const { Client, types } = require('pg')

// A value as a program has it. bigint and numeric are text in node-postgres, because a number of JavaScript may not hold
// them; so are our types. A date is left as text, because the Date it becomes otherwise is midnight in this machine's zone.
types.setTypeParser(types.builtins.DATE, text => text)
const kinds = {
    boolean: text => text === 'true', smallint: Number, integer: Number, 'double precision': Number,
    'timestamp with time zone': text => new Date(text.replace(' ', 'T').replace(/\+00$/, 'Z')),
}
const native = (type, text) => text === null || !kinds[type] ? text : kinds[type](text)

function bound([type, text]) {
    const element = type.replace(/\[\]$/, '')
    if (text === null || element === type || !(kinds[element] || /^(text|bigint|interval)$/.test(element))) return native(type, text)
    return text.slice(1, -1).split(',').map(part => native(element, part))
}

function calls(path) {
    const found = []
    for (const line of fs.readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
        const [kind, ...fields] = line.split('\t').map(field => field === '\\N' ? null : field)
        if (kind === 'call') found.push({ signature: fields[0], statement: fields[1], argument: [], column: [], row: [] })
        else found[found.length - 1][kind].push(fields)
    }
    return found
}

// Nothing if the client reads what it should; else what went wrong.
async function problem(client, call) {
    const { rows, fields } = await client.query(call.statement, call.argument.map(bound))
    if (rows.length !== call.row.length) return `read ${rows.length} rows, not ${call.row.length}`
    if (fields.length !== call.column.length) return `read ${fields.length} columns, not ${call.column.length}`
    for (const [place, texts] of call.row.entries()) {
        for (const [index, [column, type]] of call.column.entries()) {
            const read = rows[place][column], expected = native(type, texts[index])
            const same = read instanceof Date && expected instanceof Date ? read.getTime() === expected.getTime() : read === expected
            if (!same || Number.isNaN(read)) return `column ${column} of type ${type}: read ${JSON.stringify(read)} for ${texts[index]}`
        }
    }
}

async function main() {
    const client = new Client()
    await client.connect()
    await client.query("SET TimeZone = 'UTC'")
    for (const call of calls(process.argv[2])) {
        const wrong = await problem(client, call).catch(error => error.message)
        console.log(wrong ? `not ok - node ${call.signature}: ${wrong}` : `ok - node ${call.signature}`)
    }
    await client.end()
}

main()
