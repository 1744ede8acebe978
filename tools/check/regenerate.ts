import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { GeneratedArtefact } from './generated.ts';
import { runTool } from './run-tool.ts';
import type { Violation } from './rule.ts';

/** Makes the artefact again in a temporary place and says where the committed copy differs. */
export async function compareGenerated(root: string, artefact: GeneratedArtefact): Promise<Violation[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'headwater-generated-'));
  try {
    const out = join(scratch, 'out');
    const args = artefact.command.map((part) => part.replaceAll('{out}', out));
    const result = await runTool(process.execPath, args, root);
    const command = `node ${artefact.command.join(' ')}`;
    if (result.exitCode !== 0) {
      return [{ file: artefact.path, text: `${command} failed: ${result.stderr.trim() || result.stdout.trim()}` }];
    }
    const toStdout = !artefact.command.some((part) => part.includes('{out}'));
    const fresh = toStdout ? new Map([['', Buffer.from(result.stdout)]]) : contents(out);
    return differences(artefact, fresh, contents(join(root, artefact.path)));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Bytes by path below `path`; a single file has the empty path. */
function contents(path: string): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile()) found.set('', readFileSync(path));
  if (!stat?.isDirectory()) return found;
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    found.set(relative(path, file), readFileSync(file));
  }
  return found;
}

function differences(
  artefact: GeneratedArtefact,
  fresh: ReadonlyMap<string, Buffer>,
  committed: ReadonlyMap<string, Buffer>,
): Violation[] {
  const found: Violation[] = [];
  for (const [path, bytes] of fresh) {
    const old = committed.get(path);
    if (old === undefined) found.push({ file: join(artefact.path, path), text: 'is generated but not committed' });
    else if (!old.equals(bytes)) {
      found.push({
        file: join(artefact.path, path),
        line: firstDifference(old, bytes),
        text: 'differs from a fresh one',
      });
    }
  }
  for (const path of committed.keys()) {
    if (!fresh.has(path)) found.push({ file: join(artefact.path, path), text: 'is no longer generated' });
  }
  return found;
}

function firstDifference(old: Buffer, fresh: Buffer): number {
  const before = old.toString('utf8').split('\n');
  const after = fresh.toString('utf8').split('\n');
  const index = after.findIndex((line, at) => line !== before[at]);
  return (index === -1 ? after.length : index) + 1;
}
