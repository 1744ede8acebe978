import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordedDiagnoses } from './mock/diagnoses.ts';
import { type Mock, startMock } from './mock/server.ts';
import { launchChromium } from './support/chromium.ts';
import { buildPage, ROOT } from './support/headwater.ts';
import { signIn, visit, type Visitor } from './support/visitor.ts';

const LONG = 120_000;
const MANY = 10_000;
const FIRST_LOAD_LIMIT = 170_000;

let browser: Browser;
let mock: Mock;
let visitor: Visitor;

beforeAll(async () => {
  buildPage();
  mock = await startMock({ diagnoses: await recordedDiagnoses(), count: MANY });
  browser = await launchChromium();
  visitor = await visit(browser, mock.url);
  await signIn(visitor, 'hana', 'anything');
}, LONG);

afterAll(async () => {
  await browser?.close();
  await mock?.close();
}, LONG);

/** How long one step of scrolling takes until it is drawn, in milliseconds; the median of many. */
function medianStep(page: Page): Promise<number> {
  return page.locator('[data-scroller]').evaluate(async (element) => {
    const times: number[] = [];
    for (let step = 0; step < 25; step += 1) {
      const start = performance.now();
      element.scrollTop += 240;
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      times.push(performance.now() - start);
    }
    return times.sort((left, right) => left - right)[12] ?? 0;
  });
}

describe('ten thousand incidents', () => {
  it(
    'scroll to the last without lag and with few rows in the page',
    async () => {
      const { page } = visitor;
      await page.goto(`${mock.url}/incidents?status=any`);
      await page.locator('[data-row]').first().waitFor();
      const scroller = page.locator('[data-scroller]');
      const first = await medianStep(page);
      const atEnd = () => page.getByText('#1', { exact: true }).isVisible();
      for (let step = 0; step < 400 && !(await atEnd()); step += 1) {
        await scroller.evaluate((element) => {
          element.scrollTop = element.scrollHeight;
        });
        await page.waitForTimeout(50);
      }
      expect(await atEnd()).toBe(true);
      expect(await page.locator('[data-row]').count()).toBeLessThan(60);
      await scroller.evaluate((element) => {
        element.scrollTop = element.scrollHeight / 2;
      });
      // The machine is as fast as it is; what counts is that ten thousand rows are no slower than the first.
      expect(await medianStep(page)).toBeLessThan(first * 2 + 50);
    },
    LONG,
  );

  it('stay where they are when new ones appear above, and say so', async () => {
    const { page } = visitor;
    await page.goto(`${mock.url}/incidents`);
    await page.locator('[data-row]').first().waitFor();
    await page.locator('[data-scroller]').evaluate((element) => {
      element.scrollTop = 1_000;
    });
    await page.waitForTimeout(300);
    const name = await page.evaluate(() => {
      const rows = [...document.querySelectorAll('[data-row]')];
      return rows.find((row) => row.getBoundingClientRect().top > 400)?.getAttribute('data-row');
    });
    const place = async () => (await page.locator(`[data-row="${name}"]`).boundingBox())?.y ?? Number.NaN;
    const before = await place();
    mock.appear();
    await page.getByRole('button', { name: '1 new incident' }).waitFor();
    await expect.poll(place).toBeCloseTo(before, 0);
    await page.getByRole('button', { name: '1 new incident' }).press('Enter');
    await page.locator('[data-row$="_new_1"]').waitFor();
  });

  it('are acknowledged together by keyboard', async () => {
    const { page, keys } = visitor;
    await page.goto(`${mock.url}/incidents?status=open`);
    await page.locator('[data-row]').first().waitFor();
    await keys('j');
    await page.waitForTimeout(100);
    await keys('x', 'j');
    await page.waitForTimeout(100);
    await keys('x');
    await page.getByText('2 selected').waitFor();
    await keys('a');
    await page.getByText('2 incidents acknowledged').waitFor();
  });
});

describe('the connection', () => {
  it('says when it is lost, keeps what was read, and mends itself', async () => {
    const { page } = visitor;
    await page.goto(`${mock.url}/incidents`);
    await page.locator('[data-live=live]:visible').waitFor();
    await page.context().setOffline(true);
    mock.drop();
    await page.getByText('You are offline').waitFor({ timeout: 15_000 });
    expect(await page.locator('[data-row]').count()).toBeGreaterThan(5);
    await page.context().setOffline(false);
    await page.locator('[data-live=live]:visible').waitFor({ timeout: 15_000 });
  });
});

describe('the first load', () => {
  it(`is under ${FIRST_LOAD_LIMIT} bytes packed`, () => {
    const dist = join(ROOT, 'apps/web/dist');
    const page = readFileSync(join(dist, 'index.html'), 'utf8');
    const files = [...page.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map(([, file = '']) => file);
    const sizes = files.map((file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length);
    expect(files.length).toBeGreaterThan(2);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(FIRST_LOAD_LIMIT);
  });
});
