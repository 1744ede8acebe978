import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { type Language, LANGUAGES, useLanguage, useT } from '../i18n/language.tsx';
import { setTheme, type Theme, THEMES, useTheme } from '../platform/theme.ts';
import { Button } from '../ui/button.tsx';
import { Menu, MenuChoice } from '../ui/menu.tsx';

const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

export function ThemeIcon({ theme }: { readonly theme: Theme }) {
  const Icon = ICONS[theme];
  return <Icon size={14} aria-hidden />;
}

export function ThemeChoice() {
  const t = useT();
  const theme = useTheme();
  return (
    <Menu
      trigger={
        <Button
          look="quiet"
          size="small"
          icon={<ThemeIcon theme={theme} />}
          aria-label={`${t('settings.theme')}: ${t(`theme.${theme}`)}`}
        >
          {t(`theme.${theme}`)}
        </Button>
      }
    >
      {THEMES.map((one) => (
        <MenuChoice key={one} checked={theme === one} onToggle={() => setTheme(one)}>
          <ThemeIcon theme={one} /> {t(`theme.${one}`)}
        </MenuChoice>
      ))}
    </Menu>
  );
}

export function LanguageChoice() {
  const t = useT();
  const { language, choose } = useLanguage();
  return (
    <Menu
      trigger={
        <Button
          look="quiet"
          size="small"
          icon={<Languages size={14} aria-hidden />}
          aria-label={`${t('settings.language')}: ${LANGUAGES[language]}`}
        >
          {LANGUAGES[language]}
        </Button>
      }
    >
      {(Object.keys(LANGUAGES) as Language[]).map((one) => (
        <MenuChoice key={one} checked={language === one} onToggle={() => choose(one)}>
          <span lang={one}>{LANGUAGES[one]}</span>
        </MenuChoice>
      ))}
    </Menu>
  );
}
