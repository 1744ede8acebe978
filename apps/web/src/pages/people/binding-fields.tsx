import type { BindingInput } from '@headwater/contracts/http/auth.ts';
import { useT } from '../../i18n/language.tsx';
import { Choice, Field, TextInput } from '../../ui/field.tsx';

type Role = BindingInput['role'];

export const USER_ROLES: readonly Role[] = ['viewer', 'responder', 'approver', 'admin'];
export const TOKEN_ROLES: readonly Role[] = ['sender', ...USER_ROLES];

interface BindingFieldsProps {
  readonly binding: Required<BindingInput>;
  readonly roles: readonly Role[];
  readonly onChange: (binding: Required<BindingInput>) => void;
}

/** One role and where it holds; `*` is everywhere. */
export function BindingFields({ binding, roles, onChange }: BindingFieldsProps) {
  const t = useT();
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <Field label={t('people.role')}>
        {(ids) => (
          <Choice
            {...ids}
            value={binding.role}
            onChange={(event) =>
              onChange({ ...binding, role: roles.find((one) => one === event.target.value) ?? binding.role })
            }
          >
            {roles.map((role) => (
              <option key={role} value={role}>
                {t(`role.${role}`)}
              </option>
            ))}
          </Choice>
        )}
      </Field>
      <Field label={t('filter.cluster')}>
        {(ids) => (
          <TextInput
            {...ids}
            required
            value={binding.cluster}
            onChange={(event) => onChange({ ...binding, cluster: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('filter.namespace')}>
        {(ids) => (
          <TextInput
            {...ids}
            required
            value={binding.namespace}
            onChange={(event) => onChange({ ...binding, namespace: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}
