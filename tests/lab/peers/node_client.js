// A TLS client in Node.js: node [--tls-keylog=FILE] node_client.js ADDRESS PORT CA-FILE
'use strict';
const fs = require('fs');
const tls = require('tls');

const [host, port, ca] = process.argv.slice(2);
const socket = tls.connect({
  host, port: Number(port), servername: 'server.lab.test', ca: fs.readFileSync(ca), ALPNProtocols: ['http/1.1'],
}, () => socket.write('GET / HTTP/1.0\r\nHost: server.lab.test\r\n\r\n'));
socket.on('data', () => {});
socket.on('end', () => socket.end());
socket.on('error', (error) => { console.error(error.message); process.exitCode = 1; });
