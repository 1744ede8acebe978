import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, Keyboard, LogOut, UserRound } from 'lucide-react';
import { editMe, signOut, useMe } from '../api/session.ts';
import { type Language, LANGUAGES, useLanguage, useT } from '../i18n/language.tsx';
import { setTheme, THEMES, useTheme } from '../platform/theme.ts';
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from '../ui/menu.tsx';
import { Avatar } from '../ui/person.tsx';
import { ThemeIcon } from './preferences.tsx';

/** Who one is, how the page looks and speaks, and the way out. */
export function UserMenu({ onHelp }: { readonly onHelp: () => void }) {
  const t = useT();
  const me = useMe();
  const theme = useTheme();
  const { language, choose } = useLanguage();
  const navigate = useNavigate();
  const speak = (one: Language): void => {
    choose(one);
    // The choice holds in this browser even when the account cannot be told.
    editMe({ language: one }).catch(() => {});
  };
  return (
    <Menu
      trigger={
        <button type="button" className="flex w-full items-center gap-2 rounded-control p-2 text-left hover:bg-sunken">
          <span className="sr-only">{t('shell.account')}</span>
          <Avatar name={me.displayName} size={26} />
          <span className="min-w-0 flex-1">
            <span className="block truncate text-[13px] font-medium">{me.displayName}</span>
            <span className="block truncate text-xs text-subtle">{me.login}</span>
          </span>
          <ChevronsUpDown size={14} aria-hidden className="text-subtle" />
        </button>
      }
    >
      <MenuItem icon={<UserRound size={14} aria-hidden />} onSelect={() => void navigate({ to: '/settings/profile' })}>
        {t('nav.profile')}
      </MenuItem>
      <MenuItem icon={<Keyboard size={14} aria-hidden />} onSelect={onHelp}>
        {t('keys.title')}
      </MenuItem>
      <MenuLine />
      <MenuLabel>{t('settings.language')}</MenuLabel>
      {(Object.keys(LANGUAGES) as Language[]).map((one) => (
        <MenuChoice key={one} checked={language === one} onToggle={() => speak(one)}>
          <span lang={one}>{LANGUAGES[one]}</span>
        </MenuChoice>
      ))}
      <MenuLabel>{t('settings.theme')}</MenuLabel>
      {THEMES.map((one) => (
        <MenuChoice key={one} checked={theme === one} onToggle={() => setTheme(one)}>
          <ThemeIcon theme={one} /> {t(`theme.${one}`)}
        </MenuChoice>
      ))}
      <MenuLine />
      <MenuItem icon={<LogOut size={14} aria-hidden />} onSelect={() => void signOut()}>
        {t('shell.signOut')}
      </MenuItem>
    </Menu>
  );
}
