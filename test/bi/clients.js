// Calls every public function through node-postgres with a parameter for every argument: see clients.py.
//   node clients.js FIXTURES
const fs = require('fs')
const { Client } = require('pg')

const values = {
    boolean: true, smallint: 3, integer: 3, bigint: 5, 'double precision': 2, numeric: '9.5', text: 'month', date: '2025-11-30',
    'timestamp without time zone': '2025-11-30 12:00', 'timestamp with time zone': '2025-11-30 12:00+00',
    uuid: 'c4ca4238-a0b9-2382-0dcc-509a6f75849b', interval: '30 days', 'double precision[]': [1, 2.5, 3], 'integer[]': [1, 3, 7],
    'bigint[]': [1, 3, 7], 'smallint[]': [1, 3, 7], 'numeric[]': ['1', '2.5'], 'text[]': ['a', 'b', 'c'], 'boolean[]': [true, false],
    'date[]': ['2025-11-30'], 'interval[]': ['1 day', '7 days'],
}
const functions = String.raw`
    SELECT p.oid::regprocedure::text AS signature, p.proname::text AS name, p.pronargdefaults AS defaults,
           coalesce((SELECT array_agg(format_type(t, NULL) ORDER BY n) FROM unnest(p.proargtypes) WITH ORDINALITY AS a(t, n)), '{}')::text[] AS types
    FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
    WHERE p.prokind = 'f' AND p.proname NOT LIKE '\_%' ORDER BY 1`

// Two of a value of ours, as the text of an array.
function array(value) {
    if (value === undefined) return undefined
    const quoted = '"' + value.replace(/["\\]/g, '\\$&') + '"'
    return `{${quoted},${quoted}}`
}

async function main() {
    const client = new Client()
    const known = {}
    for (const line of fs.readFileSync(process.argv[2], 'utf8').split('\n')) {
        const [type, text] = line.split('\t')
        if (text !== undefined && text.length < 400) known[type] = text
    }
    await client.connect()
    let refused = 0
    for (const { signature, name, defaults, types } of (await client.query(functions)).rows) {
        const needed = types.slice(0, types.length - defaults)
        const bound = needed.map(t => known[t] ?? values[t] ?? array(known[t.replace(/\[\]$/, '')]))
        const marks = needed.map((t, i) => `$${i + 1}::${t}`).join(', ')
        if (bound.includes(undefined)) {
            console.log(`not ok - node ${signature}: no value for an argument`)
            continue
        }
        try {
            const { rows, fields } = await client.query(`SELECT r.* FROM ${name}(${marks}) AS r`, bound)
            const bad = rows.some(row => fields.some(f => f.dataTypeID === 701 && row[f.name] !== null && !Number.isFinite(row[f.name])))
            console.log(`${bad ? 'not ok' : 'ok'} - node ${signature}`)
        } catch (error) {
            if (/^(22|54|0A|42804)/.test(error.code)) refused++
            else console.log(`not ok - node ${signature}: ${error.message}`)
        }
    }
    console.log(`(node: ${refused} calls were refused with a reason)`)
    await client.end()
}

main()
