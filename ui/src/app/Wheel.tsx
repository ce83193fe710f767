/** The mark of the application: a ship's wheel. */
export function Wheel({ className }: { className?: string }) {
  const spokes = [0, 60, 120].map((angle) => {
    const [x, y] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
    const at = (radius: number) =>
      `${(12 + x * radius).toFixed(2)} ${(12 + y * radius).toFixed(2)}`;
    return `M${at(-10.6)}L${at(-2.6)}M${at(2.6)}L${at(10.6)}`;
  });
  return (
    <svg
      viewBox="0 0 24 24"
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <circle cx="12" cy="12" r="7" />
      <circle cx="12" cy="12" r="2.4" />
      <path d={spokes.join("")} />
    </svg>
  );
}
