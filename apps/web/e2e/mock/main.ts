import { recordedDiagnoses } from './diagnoses.ts';
import { startMock } from './server.ts';

// `node apps/web/e2e/mock/main.ts [port] [incidents]`: the built page on recorded diagnoses, without a server or a store.
const [port = '4173', count = '14'] = process.argv.slice(2);
const mock = await startMock({ diagnoses: await recordedDiagnoses(), port: Number(port), count: Number(count) });
process.stdout.write(`${mock.url}  (any login, any password but "wrong"; Enter makes an incident appear)\n`);
process.stdin.on('data', mock.appear);
