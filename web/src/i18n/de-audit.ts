import type { Dictionary } from "./en";

/** What the audit log says. */
export const auditWords: Pick<Dictionary, "audit"> = {
  audit: {
    createRoom: (who) => `${who} hat den Raum angelegt`,
    updateRoom: (who) => `${who} hat den Raum geändert`,
    setQuestionStatus: (who, status) => `${who} hat eine Frage auf „${status}“ gesetzt`,
    deleteMessage: (who, whom) => `${who} hat eine Nachricht von ${whom} gelöscht`,
    hideAuthor: (who, whom) => `${who} hat ausgeblendet, was ${whom} gesendet hat`,
    mute: (who, whom) => `${who} hat ${whom} stummgeschaltet`,
    ban: (who, whom) => `${who} hat ${whom} verbannt`,
    liftMute: (who, whom) => `${who} hat die Stummschaltung von ${whom} aufgehoben`,
    liftBan: (who, whom) => `${who} hat die Verbannung von ${whom} aufgehoben`,
    setRole: (who, whom, role) => `${who} hat ${whom} die Rolle „${role}“ gegeben`,
    pin: (who) => `${who} hat eine Nachricht angeheftet`,
    unpin: (who) => `${who} hat eine Nachricht losgelöst`,
    approve: (who, whom) => `${who} hat eine Nachricht von ${whom} freigegeben`,
    reject: (who, whom) => `${who} hat eine Nachricht von ${whom} abgelehnt`,
    reportMessage: (who, whom) => `${who} hat eine Nachricht von ${whom} gemeldet`,
    askAnonymously: (who) => `${who} hat eine Frage ohne Namen gestellt`,
    other: (who, action) => `${who}: ${action}`,
    somebody: "jemandem ohne Namen",
    since: (when) => `ab ${when}`,
    alsoHidden: "mit allem, was gesendet wurde",
    on: "an",
    off: "aus",
    entries: (count) => (count === 1 ? "1 Eintrag" : `${count} Einträge`),
  },
};
