/** What is seen while the key is looked at again after a reload. */
export function Splash() {
  return (
    <main className="splash" aria-busy="true">
      <p className="muted">Opening Parley …</p>
    </main>
  );
}
