import { MantineProvider } from "@mantine/core";
import { BrowserRouter } from "react-router";

import { LanguageProvider } from "../i18n/Language";
import { Gate } from "./Gate";
import { Notices } from "./Notices";
import { Routing } from "./routes";
import { theme } from "./theme";

/** The whole app: look, language and address around whoever is signed in. */
export function App() {
  return (
    // The page's policy allows no inline style, so all variables of the theme stand in app.css.
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <LanguageProvider>
        <BrowserRouter>
          <Notices>
            <Gate>
              <Routing />
            </Gate>
          </Notices>
        </BrowserRouter>
      </LanguageProvider>
    </MantineProvider>
  );
}
