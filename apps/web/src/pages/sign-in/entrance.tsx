import type { ReactNode } from 'react';
import { useT } from '../../i18n/language.tsx';
import { LanguageChoice, ThemeChoice } from '../../shell/preferences.tsx';
import { Mark } from '../../ui/brand.tsx';

interface EntranceProps {
  readonly title: string;
  readonly intro?: string;
  readonly children: ReactNode;
}

/** The calm frame of the pages one meets before being inside. */
export function Entrance({ title, intro, children }: EntranceProps) {
  const t = useT();
  return (
    <div className="flex min-h-full flex-col">
      <main className="flex flex-1 items-center justify-center px-4 py-10">
        <div className="w-full max-w-[360px]">
          <div className="mb-8 flex items-center gap-3">
            <Mark size={36} />
            <div>
              <p className="text-lg leading-tight font-semibold tracking-tight">Headwater</p>
              <p className="text-[13px] text-subtle">{t('brand.line')}</p>
            </div>
          </div>
          <div className="rounded-card border bg-surface p-6">
            <h1 className="mb-1 text-base font-semibold">{title}</h1>
            {intro && <p className="mb-4 text-[13px] text-muted">{intro}</p>}
            <div className="mt-4">{children}</div>
          </div>
        </div>
      </main>
      <footer className="flex justify-center gap-2 pb-6">
        <LanguageChoice />
        <ThemeChoice />
      </footer>
    </div>
  );
}
