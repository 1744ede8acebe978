import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface Visitor {
  readonly page: Page;
  /** What the browser complained about: errors of scripts, refused styles, failed requests. */
  readonly complaints: readonly string[];
  /** Types and presses keys; nothing here ever touches a mouse. */
  readonly keys: (...keys: readonly string[]) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  /** Presses Tab until the focused element has this accessible name. */
  readonly tabTo: (name: string | RegExp) => Promise<void>;
  readonly close: () => Promise<void>;
}

const MOST_TABS = 60;

/** Somebody with a browser and a keyboard. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url);
  const focusedName = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels : null;
      return element?.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? element?.textContent ?? '';
    });
  const keys = async (...pressed: readonly string[]): Promise<void> => {
    for (const key of pressed) await page.keyboard.press(key);
  };
  return {
    page,
    complaints,
    keys,
    type: (text) => page.keyboard.type(text),
    tabTo: async (name) => {
      for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
        const now = await focusedName();
        if (typeof name === 'string' ? now.trim() === name : name.test(now)) return;
        await keys('Tab');
      }
      throw new Error(`no element named ${String(name)} within ${MOST_TABS} tabs`);
    },
    close: () => context.close(),
  };
}

/** Signs in by keyboard: the login name has the focus when the page is there. */
export async function signIn(visitor: Visitor, login: string, password: string): Promise<void> {
  await visitor.page.getByLabel(/^(Login name|로그인 이름)$/).waitFor();
  await visitor.type(login);
  await visitor.keys('Tab');
  await visitor.type(password);
  await visitor.keys('Enter');
}
