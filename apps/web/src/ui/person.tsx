/** A person as a round of initials with the name beside or in the title. */
export function Avatar({ name, size = 22 }: { readonly name: string; readonly size?: number }) {
  const letters = name.split(/[\s._@-]+/).slice(0, 2);
  const initials = letters.map((part) => Array.from(part)[0] ?? '').join('');
  return (
    <span
      aria-hidden
      className="inline-grid shrink-0 place-items-center rounded-full bg-accent-tint text-[10px] font-semibold text-accent-text uppercase"
      style={{ width: size, height: size }}
    >
      {initials}
    </span>
  );
}

export function Person({ name }: { readonly name: string }) {
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <Avatar name={name} />
      <span className="truncate">{name}</span>
    </span>
  );
}
