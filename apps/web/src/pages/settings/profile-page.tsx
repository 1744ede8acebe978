import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { editMe, useMe } from '../../api/session.ts';
import { type Language, LANGUAGES, useLanguage, useT } from '../../i18n/language.tsx';
import { usePageTitle } from '../../platform/page-title.ts';
import { setTheme, THEMES, useTheme } from '../../platform/theme.ts';
import { PageHeading } from '../../shell/page-heading.tsx';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/card.tsx';
import { Choice, Field, TextInput } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { PasswordForm } from '../sign-in/password-form.tsx';

/** Who one is here, how the page looks and speaks, what one may do. */
export function ProfilePage() {
  const t = useT();
  const me = useMe();
  usePageTitle(t('nav.profile'));
  return (
    <div className="h-full overflow-y-auto">
      <PageHeading title={t('nav.profile')} />
      <div className="grid max-w-[1000px] items-start gap-4 px-4 pb-8 md:grid-cols-2">
        <Section id="person" title={t('profile.person')}>
          <Name />
        </Section>
        <Section id="appearance" title={t('profile.appearance')}>
          <Appearance />
        </Section>
        <Section id="password" title={t('password.title')}>
          <div className="p-4">
            <PasswordForm />
          </div>
        </Section>
        <Section id="roles" title={t('profile.roles')} count={me.bindings.length}>
          <ul>
            {me.bindings.map((binding) => (
              <li
                key={`${binding.role} ${binding.cluster} ${binding.namespace}`}
                className="border-b px-4 py-2.5 text-[13px] last:border-0"
              >
                <span className="font-medium">{t(`role.${binding.role}`)}</span>{' '}
                <span className="text-subtle">
                  {binding.cluster === '*' ? t('profile.everyCluster') : binding.cluster} /{' '}
                  {binding.namespace === '*' ? t('profile.everyNamespace') : binding.namespace}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      </div>
    </div>
  );
}

function Name() {
  const t = useT();
  const me = useMe();
  const [name, setName] = useState(me.displayName);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    try {
      await editMe({ displayName: name.trim() });
      toast('done', t('common.saved'));
    } catch (error) {
      toast('failed', t('common.notSaved'), error instanceof ApiError ? error.detail : undefined);
    }
  };
  return (
    <form className="flex flex-col gap-4 p-4" onSubmit={(event) => void submit(event)}>
      <Field label={t('signIn.login')}>{(ids) => <TextInput {...ids} readOnly value={me.login} />}</Field>
      <Field label={t('profile.name')}>
        {(ids) => (
          <TextInput {...ids} required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <div>
        <Button type="submit" look="primary">
          {t('common.save')}
        </Button>
      </div>
    </form>
  );
}

function Appearance() {
  const t = useT();
  const theme = useTheme();
  const { language, choose } = useLanguage();
  return (
    <div className="flex flex-col gap-4 p-4">
      <Field label={t('settings.language')}>
        {(ids) => (
          <Choice
            {...ids}
            value={language}
            onChange={(event) => {
              const chosen = event.target.value as Language;
              choose(chosen);
              // The choice holds in this browser even when the account cannot be told.
              editMe({ language: chosen }).catch(() => {});
            }}
          >
            {Object.entries(LANGUAGES).map(([one, name]) => (
              <option key={one} value={one} lang={one}>
                {name}
              </option>
            ))}
          </Choice>
        )}
      </Field>
      <Field label={t('settings.theme')}>
        {(ids) => (
          <Choice
            {...ids}
            value={theme}
            onChange={(event) => setTheme(THEMES.find((one) => one === event.target.value) ?? 'system')}
          >
            {THEMES.map((one) => (
              <option key={one} value={one}>
                {t(`theme.${one}`)}
              </option>
            ))}
          </Choice>
        )}
      </Field>
    </div>
  );
}
