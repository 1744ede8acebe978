import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { Menu as MenuIcon } from 'lucide-react';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useT } from '../i18n/language.tsx';
import { LiveProvider } from '../live/live.tsx';
import { useKeys } from '../platform/use-keys.ts';
import { Mark } from '../ui/brand.tsx';
import { IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Skeleton } from '../ui/states.tsx';
import { KeyboardHelp } from './keyboard-help.tsx';
import { LiveBanner, LiveMark } from './live-mark.tsx';
import { NavLinks } from './nav-links.tsx';
import { UserMenu } from './user-menu.tsx';

/** The frame of every page behind the sign-in: where one can go, whether it is live, who one is. */
export function AppShell() {
  const t = useT();
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  const [drawer, setDrawer] = useState(false);
  // Where one has arrived, not where one is going: the page left behind still stands until then.
  const path = useRouterState({ select: (state) => (state.resolvedLocation ?? state.location).pathname });
  const main = useFocusOnArrival(path);
  useEffect(() => setDrawer(false), [path]);
  useKeys({
    '?': () => setHelp(true),
    'g i': () => void navigate({ to: '/incidents' }),
    'g a': () => void navigate({ to: '/alerts' }),
    'g p': () => void navigate({ to: '/settings/profile' }),
  });
  return (
    <LiveProvider>
      <a
        href="#main"
        className="sr-only z-50 rounded-control bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t('shell.skip')}
      </a>
      <div className="flex h-full flex-col lg:flex-row">
        <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-surface px-3 lg:hidden">
          <IconButton
            label={t('shell.menu')}
            icon={<MenuIcon size={18} aria-hidden />}
            onClick={() => setDrawer(true)}
          />
          <Mark size={22} />
          <span className="font-semibold tracking-tight">Headwater</span>
          <span className="ml-auto">
            <LiveMark />
          </span>
        </header>
        <aside className="hidden w-[208px] shrink-0 flex-col border-r bg-surface lg:flex">
          <div className="flex h-14 items-center gap-2.5 px-4">
            <Mark size={24} />
            <span className="text-[15px] font-semibold tracking-tight">Headwater</span>
          </div>
          <NavLinks />
          <div className="mt-auto flex flex-col gap-1 border-t p-2">
            <div className="px-2 py-1">
              <LiveMark />
            </div>
            <UserMenu onHelp={() => setHelp(true)} />
          </div>
        </aside>
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <LiveBanner />
          <main id="main" ref={main} className="min-h-0 flex-1 overflow-hidden">
            <Suspense fallback={<Skeleton className="m-6 h-40" />}>
              <Outlet />
            </Suspense>
          </main>
        </div>
      </div>
      <Dialog open={drawer} onClose={() => setDrawer(false)} title="Headwater" shape="side">
        <NavLinks />
        <div className="mt-4 border-t pt-4">
          <UserMenu
            onHelp={() => {
              setDrawer(false);
              setHelp(true);
            }}
          />
        </div>
      </Dialog>
      <KeyboardHelp open={help} onClose={() => setHelp(false)} />
    </LiveProvider>
  );
}

/** A new page begins at its heading, for the keyboard and for who listens to it. */
function useFocusOnArrival(path: string) {
  const main = useRef<HTMLElement>(null);
  const arrived = useRef(path);
  useEffect(() => {
    if (arrived.current === path) return undefined;
    arrived.current = path;
    const page = main.current;
    if (!page) return undefined;
    const arrive = (): boolean => {
      const heading = page.querySelector<HTMLElement>('h1');
      heading?.focus({ preventScroll: true });
      return heading !== null;
    };
    if (arrive()) return undefined;
    // A page that is still being fetched has no heading yet.
    const watch = new MutationObserver(() => arrive() && watch.disconnect());
    watch.observe(page, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, [path]);
  return main;
}
