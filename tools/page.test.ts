import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** A clone whose vite writes one file, or fails when told to. */
function clone({ fails = false } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'headwater-page-'));
  roots.push(root);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  mkdirSync(join(root, 'tools'));
  cpSync(new URL('./page.mjs', import.meta.url), join(root, 'tools/page.mjs'));
  write('apps/web/src/main.tsx', 'first');
  write('package-lock.json', '{}');
  write(
    'node_modules/vite/bin/vite.js',
    fails
      ? "process.stderr.write('no such module: lost'); process.exit(1);"
      : `const fs = require('node:fs');
         const out = process.argv[process.argv.indexOf('--outDir') + 1];
         fs.mkdirSync(out, { recursive: true });
         fs.copyFileSync('src/main.tsx', out + '/index.html');`,
  );
  const build = () => spawnSync(process.execPath, [join(root, 'tools/page.mjs')], { encoding: 'utf8' });
  const page = () => readFileSync(join(root, 'apps/web/dist/index.html'), 'utf8');
  return { root, write, build, page };
}

describe('tools/page', () => {
  it('builds once, says so, and not again while the sources stay', () => {
    const { build, page, write } = clone();
    expect(build().stderr).toMatch(/not built yet.*\n.*built in/);
    expect(page()).toBe('first');
    write('apps/web/src/time.test.ts', 'a test is not part of the page');
    expect(build()).toMatchObject({ status: 0, stderr: '' });
  });

  it('builds again after a source changed, came or went', () => {
    const { build, page, write, root } = clone();
    build();
    write('apps/web/src/main.tsx', 'second');
    expect(build().stderr).toContain('older than its sources');
    expect(page()).toBe('second');
    write('apps/web/src/more.ts', '');
    expect(build().stderr).toContain('older');
    rmSync(join(root, 'apps/web/src/more.ts'));
    expect(build().stderr).toContain('older');
  });

  it('keeps the page it has when a build fails, and repeats what the builder said', () => {
    const { build, root, write } = clone({ fails: true });
    write('apps/web/dist/index.html', 'old');
    const result = build();
    expect(result.status).toBe(1);
    expect(result.stderr).toContain('no such module: lost');
    expect(readFileSync(join(root, 'apps/web/dist/index.html'), 'utf8')).toBe('old');
    expect(existsSync(join(root, 'apps/web/dist/sources.sha256'))).toBe(false);
  });
});
