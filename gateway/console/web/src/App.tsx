import { TransportProvider } from "@connectrpc/connect-query";
import { QueryClientProvider } from "@tanstack/react-query";
import { SessionContext } from "./api/session";
import { BellProvider } from "./api/useBell";
import { useSignIn } from "./api/useSignIn";
import { queries } from "./api/queries";
import { Frame } from "./shell/Frame";
import { SignIn } from "./shell/SignIn";
import { useTheme } from "./shell/useTheme";
import { Splash } from "./shell/Splash";

export function App() {
  const [theme, switchTheme] = useTheme();
  const { session, state, problem, signIn } = useSignIn();
  if (state === "checking") return <Splash />;
  if (!session) return <SignIn problem={problem} onSignIn={signIn} />;
  return (
    <SessionContext value={session}>
      <TransportProvider transport={session.transport}>
        <QueryClientProvider client={queries}>
          <BellProvider>
            <Frame theme={theme} switchTheme={switchTheme} />
          </BellProvider>
        </QueryClientProvider>
      </TransportProvider>
    </SessionContext>
  );
}
