/** Three streams that meet in one source. */
export function Mark({ size = 26 }: { readonly size?: number }) {
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 32 32">
      <rect width="32" height="32" rx="8" className="fill-[#0e7480]" />
      <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
        <path d="M7 9c4 0 5 7 9 7" />
        <path d="M7 16h18" />
        <path d="M7 23c4 0 5-7 9-7" />
      </g>
      <circle cx="25" cy="16" r="2.6" fill="#fff" />
    </svg>
  );
}
