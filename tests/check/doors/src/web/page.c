void page(void) {
    buf_put(&b, s);
    draft_put(tx);
    if (patient_put(tx, &p)) return;
}
