import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TemporaryRecording extends AsyncDisposable {
  readonly path: string;
}

const MANIFEST = `format: headwater.recording/v1
name: test
title: Something is wrong
now: 2026-03-01T10:00:00Z
cluster: {name: test}
`;

/** Writes a recording's files into a new directory; a recording.yaml is added unless one is given (null: none at all). */
export async function temporaryRecording(files: Readonly<Record<string, unknown>>): Promise<TemporaryRecording> {
  const path = await mkdtemp(join(tmpdir(), 'headwater-recording-'));
  for (const [name, content] of Object.entries({ 'recording.yaml': MANIFEST, ...files })) {
    if (content === null) continue;
    const full = join(path, name);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
