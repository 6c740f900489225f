// Node's net.BlockList, for the table of block lists: nanoseconds a check that misses. node benchmarks/block-list.mjs
import net from 'node:net';

const text = (n) => `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

for (const rules of [1, 10, 100, 1000, 10000]) {
  const list = new net.BlockList();
  for (let i = 0; i < rules; i++) list.addAddress(text(0x0a000000 + i * 7919));
  const checks = Math.max(200, Math.floor(2_000_000 / (rules + 20)));
  const rounds = (value) => median(Array.from({ length: 5 }, () => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < checks; i++) if (list.check(value)) throw new Error('held');
    return Number(process.hrtime.bigint() - start) / checks;
  }));
  console.log(`${process.version} ${rules} rules: by SocketAddress ${rounds(new net.SocketAddress({ address: '192.0.2.1' })).toFixed(0)} ns, by text ${rounds('192.0.2.1').toFixed(0)} ns`);
}
