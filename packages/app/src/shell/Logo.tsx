/** Careplane's mark: a paper plane whose fold is a heartbeat. Decorative; name it beside. */
export function Logo(props: { size?: number }) {
  const size = props.size ?? 28;
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      aria-hidden="true"
      focusable="false"
    >
      <rect width="32" height="32" rx="8" fill="var(--cp-link)" />
      <path
        d="M6 16.5 26 7l-6.5 18-4-6.5z"
        fill="none"
        stroke="var(--cp-on-link)"
        strokeWidth="2"
        strokeLinejoin="round"
      />
      <path
        d="M15.5 18.5 18 15l1.2 2.2L26 7"
        fill="none"
        stroke="var(--cp-on-link)"
        strokeWidth="2"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
