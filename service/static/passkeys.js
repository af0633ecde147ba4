// Asks the browser for a passkey where a form carries the question, and sends the answer with it.
// Without scripts, or where the browser knows no passkeys, the form stays as the page explains it.
"use strict";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function readQuestion(json) {
  const question = JSON.parse(json);
  question.challenge = toBytes(question.challenge);
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    for (const one of question[list] || []) one.id = toBytes(one.id);
  }
  if (question.user) question.user.id = toBytes(question.user.id);
  return question;
}

function writeAnswer(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: {},
  });
}

async function answer(form) {
  const question = { publicKey: readQuestion(form.dataset.passkey) };
  const credential = form.dataset.passkeyIsNew
    ? await navigator.credentials.create(question)
    : await navigator.credentials.get(question);
  form.elements.proof_passkey.value = writeAnswer(credential);
  form.submit();
}

function fail(form) {
  const said = form.querySelector(".error") || document.createElement("p");
  said.className = "error";
  said.tabIndex = -1;
  said.textContent = form.dataset.passkeyFailed;
  form.querySelector("button").before(said);
  said.focus();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(form).catch(() => fail(form));
  });
}
