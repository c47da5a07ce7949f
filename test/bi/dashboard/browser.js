// Chromium, spoken to over a pipe in its own protocol: no package, no port.
const { spawn } = require('child_process')
const fs = require('fs')

async function open(profile) {
    const child = spawn('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--force-color-profile=srgb', '--no-first-run',
        `--user-data-dir=${profile}`, '--remote-debugging-pipe', 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] })
    const waiting = new Map(), listeners = []
    let read = '', last = 0
    child.stdio[4].on('data', part => {
        read += part
        for (let end; (end = read.indexOf('\0')) >= 0; read = read.slice(end + 1)) {
            const message = JSON.parse(read.slice(0, end)), asked = waiting.get(message.id)
            if (asked) {
                waiting.delete(message.id)
                if (message.error) asked.reject(new Error(`${asked.method}: ${message.error.message}`))
                else asked.resolve(message.result)
            } else listeners.forEach(listener => listener(message))
        }
    })
    const send = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject, method })
        child.stdio[3].write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`)
    })
    const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
    const page = { errors: [] }
    const tell = (method, params) => send(method, params, sessionId)
    listeners.push(({ method, params }) => {
        if (method === 'Runtime.exceptionThrown') page.errors.push(params.exceptionDetails.exception?.description || params.exceptionDetails.text)
        if (method === 'Runtime.consoleAPICalled' && ['error', 'warning', 'assert'].includes(params.type)) page.errors.push(params.args.map(arg => arg.value ?? arg.description).join(' '))
        if (method === 'Log.entryAdded' && ['error', 'warning'].includes(params.entry.level)) page.errors.push(params.entry.text)
    })
    for (const domain of ['Page', 'Runtime', 'Log']) await tell(`${domain}.enable`)

    page.evaluate = async (expression, ...values) => {
        const { result, exceptionDetails } = await tell('Runtime.evaluate', { expression: typeof expression === 'function' ? `(${expression})(${values.map(value => JSON.stringify(value)).join(',')})` : expression, awaitPromise: true, returnByValue: true })
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description || exceptionDetails.text)
        return result.value
    }
    page.size = (width, height) => tell('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false })
    page.until = async (condition, what) => {
        for (let tries = 0; tries < 600; tries++) {
            if (await page.evaluate(condition)) return
            await new Promise(resolve => setTimeout(resolve, 50))
        }
        throw new Error(`${what} did not come`)
    }
    page.goto = async address => {
        await tell('Page.navigate', { url: address })
        await page.until(`location.href === ${JSON.stringify(address)} && document.body?.dataset.ready !== undefined`, address)
        await page.evaluate('new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))')
    }
    page.key = async (key, more = {}) => { for (const type of ['rawKeyDown', 'keyUp']) await tell('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: { Tab: 9, Enter: 13, ' ': 32 }[key], ...(key === 'Enter' && type === 'rawKeyDown' ? { type: 'keyDown', text: '\r' } : {}), ...more }) }
    // What can be operated, and pictures, without a name.
    page.names = async () => {
        const { nodes } = await tell('Accessibility.getFullAXTree'), roles = ['button', 'combobox', 'link', 'img', 'image', 'DisclosureTriangle', 'region', 'table', 'article']
        const nameless = nodes.filter(node => !node.ignored && roles.includes(node.role.value) && !node.name?.value?.trim())
        return Promise.all(nameless.map(async node => { const { node: element } = await tell('DOM.describeNode', { backendNodeId: node.backendDOMNodeId }); return `${node.role.value} ${element.nodeName} ${(element.attributes || []).join(' ').slice(0, 80)}` }))
    }
    page.media = media => tell('Emulation.setEmulatedMedia', { media })
    page.picture = async (file, clip) => {
        const { data } = await tell('Page.captureScreenshot', { captureBeyondViewport: !clip, ...(clip ? {} : { clip: { x: 0, y: 0, scale: 1, ...await page.evaluate(() => ({ width: innerWidth, height: document.documentElement.scrollHeight })) } }) })
        fs.writeFileSync(file, Buffer.from(data, 'base64'))
    }
    page.pdf = async () => Buffer.from((await tell('Page.printToPDF', { printBackground: true, paperWidth: 8.27, paperHeight: 11.69 })).data, 'base64')
    page.close = async () => { await send('Browser.close').catch(() => {}); child.kill() }
    return page
}

module.exports = { open }
