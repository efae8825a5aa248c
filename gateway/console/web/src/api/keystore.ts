// The key lives in this tab alone, and dies with it. It is never in a URL, nor in storage that other tabs read.
const name = "parley.key";

export const keystore = {
  read: (): string | null => sessionStorage.getItem(name),
  write: (key: string) => sessionStorage.setItem(name, key),
  forget: () => sessionStorage.removeItem(name),
};
