// Reads a QR code or barcode by the camera, where the browser can. Without it the page still takes typing.
(() => {
  const start = document.getElementById("start"), video = document.getElementById("video"), state = document.getElementById("state");
  if (!start) return;
  const say = (name) => { state.textContent = start.dataset[name] || ""; };
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return say("unable");
  start.hidden = false;
  const found = (text) => {
    let target = "/search?q=" + encodeURIComponent(text.slice(0, 200));
    try {
      const url = new URL(text);
      // A label of this registry, or a GS1 Digital Link of any site: its path alone is followed, here.
      const own = /^\/([PCDM][0-9A-Z]{7}|01\/\d{8,14}(\/.*)?)$/i.exec(url.pathname);
      if (own) target = url.pathname;
    } catch { /* no address: a barcode's digits or plain text */ }
    location.assign(target);
  };
  start.addEventListener("click", async () => {
    try {
      const wanted = ["qr_code", "ean_13", "ean_8", "upc_a", "upc_e", "itf", "data_matrix"];
      const known = await BarcodeDetector.getSupportedFormats();
      const detector = new BarcodeDetector({ formats: wanted.filter((format) => known.includes(format)) });
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      await video.play();
      video.hidden = false;
      start.hidden = true;
      say("looking");
      const look = async () => {
        const codes = await detector.detect(video).catch(() => []);
        if (!codes.length) return setTimeout(look, 150);
        video.srcObject.getTracks().forEach((track) => track.stop());
        found(codes[0].rawValue);
      };
      look();
    } catch {
      say("refused");
    }
  });
})();
