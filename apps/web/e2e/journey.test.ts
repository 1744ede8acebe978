import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './support/chromium.ts';
import { buildPage, type RunningHeadwater, startDemo, startHeadwater } from './support/headwater.ts';
import { signIn, visit } from './support/visitor.ts';

const LONG = 120_000;

let browser: Browser;
let demo: RunningHeadwater;

beforeAll(async () => {
  buildPage();
  [browser, demo] = await Promise.all([launchChromium(), startDemo()]);
}, LONG);

afterAll(async () => {
  await browser?.close();
  await demo?.stop();
}, LONG);

const rows = (page: Page) => page.locator('[data-row]');

async function shownRows(page: Page): Promise<number> {
  await rows(page).first().waitFor({ timeout: 60_000 });
  return rows(page).count();
}

describe('an engineer on call, by keyboard alone', () => {
  it(
    'signs in, sees an incident appear, reads its evidence, acknowledges, comments, and changes language and theme',
    async () => {
      const visitor = await visit(browser, demo.url);
      const { page, keys, type, tabTo, complaints } = visitor;
      await signIn(visitor, 'admin', demo.password);

      const before = await shownRows(page);
      await expect.poll(() => rows(page).count(), { timeout: 60_000, interval: 200 }).toBeGreaterThan(before);
      await page.getByText('High', { exact: true }).first().waitFor({ timeout: 60_000 });

      await keys('j');
      await expect.poll(() => page.evaluate(() => document.activeElement?.hasAttribute('data-row'))).toBe(true);
      await keys('Enter');
      await page.getByRole('heading', { name: 'Cause', exact: true }).waitFor({ timeout: 60_000 });
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');

      await page.locator('[data-evidence]').first().waitFor({ timeout: 60_000 });
      await keys('e', 'Enter');
      const evidence = page.getByRole('dialog');
      await evidence.getByText('Query', { exact: true }).waitFor();
      expect(page.url()).toMatch(/[?&]evidence=ev_/);
      expect((await evidence.locator('pre').first().textContent())?.length).toBeGreaterThan(10);
      await keys('Escape');
      await evidence.waitFor({ state: 'hidden' });
      expect(await page.evaluate(() => document.activeElement?.hasAttribute('data-evidence'))).toBe(true);

      await keys('a');
      await page.getByRole('group', { name: 'State' }).getByText('Acknowledged').waitFor();
      await keys('s');
      await page.getByRole('dialog').getByLabel('Find a person').waitFor();
      await type('admin');
      await keys('Enter');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await page.getByRole('definition').getByText('admin', { exact: true }).waitFor();
      await keys('c');
      await type('Looked at the limit, rolling back.');
      await keys('Control+Enter');
      await page.getByRole('listitem').filter({ hasText: 'Looked at the limit, rolling back.' }).waitFor();

      await keys('Escape', 'g', 'p');
      await page.getByRole('heading', { name: 'Profile', level: 1 }).waitFor();
      await tabTo('Theme');
      await keys('ArrowDown', 'ArrowDown');
      await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
      await keys('Shift+Tab', 'ArrowDown');
      await page.getByRole('heading', { name: '프로필', level: 1 }).waitFor();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe('ko');
      await page.reload();
      await page.getByRole('heading', { name: '프로필', level: 1 }).waitFor();
      expect(complaints).toEqual([]);
      await visitor.close();
    },
    LONG,
  );
});

interface Spot {
  readonly name: string;
  readonly go: (page: Page, url: string) => Promise<void>;
}

const openFirst = async (page: Page, url: string): Promise<void> => {
  await page.goto(`${url}/incidents?status=any`);
  await rows(page).first().waitFor();
  await page.goto(`${url}/incidents/${await rows(page).first().getAttribute('data-row')}`);
  await page.locator('[data-evidence]').first().waitFor({ timeout: 60_000 });
};

const at =
  (path: string, ready: string) =>
  async (page: Page, url: string): Promise<void> => {
    await page.goto(url + path);
    await page.locator(ready).first().waitFor();
  };

const SPOTS: readonly Spot[] = [
  { name: 'incident list', go: at('/incidents?status=any', '[data-row]') },
  { name: 'an empty list', go: at('/incidents?q=nothing-is-called-this', 'h2') },
  {
    name: 'an open filter',
    go: async (page, url) => {
      await at('/incidents?status=any', '[data-row]')(page, url);
      await page.getByRole('button', { name: 'Severity' }).click();
      await page.getByRole('menuitemcheckbox').first().waitFor();
    },
  },
  { name: 'incident', go: openFirst },
  {
    name: 'evidence',
    go: async (page, url) => {
      await openFirst(page, url);
      await page.locator('[data-evidence]').first().click();
      await page.getByRole('dialog').getByText('Query', { exact: true }).waitFor();
    },
  },
  {
    name: 'alerts of an incident',
    go: async (page, url) => {
      await openFirst(page, url);
      await page.goto(`${page.url()}?tab=alerts`);
      await page
        .getByText(/Here because/)
        .first()
        .waitFor();
    },
  },
  {
    name: 'collected evidence',
    go: async (page, url) => {
      await openFirst(page, url);
      await page.goto(`${page.url()}?tab=evidence`);
      await page.getByRole('group', { name: 'Kind of evidence' }).waitFor();
    },
  },
  { name: 'alerts', go: at('/alerts?status=any', 'main li a') },
  {
    name: 'alert',
    go: async (page, url) => {
      await at('/alerts?status=any', 'main li a')(page, url);
      await page.locator('main li a').first().click();
      await page.locator('#labels').waitFor();
    },
  },
  { name: 'users', go: at('/settings/users', 'main li') },
  { name: 'tokens', go: at('/settings/tokens', 'main h1') },
  { name: 'profile', go: at('/settings/profile', '#appearance') },
  { name: 'nothing', go: at('/nowhere', 'h1') },
  {
    name: 'keyboard help',
    go: async (page, url) => {
      await at('/incidents?status=any', '[data-row]')(page, url);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
];

async function gravest(page: Page, rules: readonly string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules.length > 0 ? axe.withRules([...rules]) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`));
}

// Only colours differ between the themes and only sizes between the widths, so that each rule is asked where it can fail.
const LAYOUTS = [
  { name: 'wide and light', rules: [], colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  { name: 'wide and dark', rules: ['color-contrast'], colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  {
    name: 'narrow',
    rules: ['target-size', 'scrollable-region-focusable'],
    colorScheme: 'light',
    viewport: { width: 390, height: 844 },
  },
] as const;

describe.each(LAYOUTS)('every page, $name', ({ rules, ...layout }) => {
  it(
    'has no serious or critical accessibility finding, and never scrolls sideways',
    async () => {
      // Colours in mid-transition are nobody's colours.
      const visitor = await visit(browser, demo.url, { ...layout, reducedMotion: 'reduce' });
      const { page } = visitor;
      await page.getByLabel('Login name').waitFor();
      const found: string[] = (await gravest(page, rules)).map((one) => `sign in: ${one}`);
      await signIn(visitor, 'admin', demo.password);
      await rows(page).first().waitFor({ timeout: 60_000 });
      for (const { name, go } of SPOTS) {
        await go(page, demo.url);
        found.push(...(await gravest(page, rules)).map((one) => `${name}: ${one}`));
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wider > 0) found.push(`${name}: scrolls sideways by ${wider} px`);
      }
      expect(found).toEqual([]);
      await visitor.close();
    },
    LONG * 2,
  );
});

describe('the first start', () => {
  it(
    'takes the one-time password once and asks for a better one',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'headwater-first-'));
      // Started as root, the database runs as another user, who must be able to pass through.
      chmodSync(folder, 0o711);
      const server = await startHeadwater(
        ['serve', '--port', '0', '--data-dir', join(folder, 'data')],
        /one-time password\s+(\S+)/,
        { HEADWATER_AUTH_COOKIE_SECURE: 'false', HEADWATER_ROLES: 'api' },
      );
      const visitor = await visit(browser, server.url);
      const { page, keys, type } = visitor;
      await signIn(visitor, 'admin', 'not the password');
      await page.getByRole('alert').getByText('do not belong together').waitFor();
      await page.getByLabel('Password').focus();
      await type(server.password);
      await keys('Enter');
      await page.getByRole('heading', { name: 'Change password' }).waitFor();
      await type(server.password);
      await keys('Tab');
      await type('short');
      await page.getByText('Too short').waitFor();
      await type(' but longer now 7');
      await keys('Tab');
      await type('short but longer now 7');
      await keys('Enter');
      await page.getByRole('heading', { name: 'All clear' }).waitFor();
      await visitor.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    LONG,
  );
});
