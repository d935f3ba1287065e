package io.hyaline.proxy.admin;

/** An answer of the admin endpoint. */
record Page(int status, String contentType, String body) {

    static Page text(String body) {
        return new Page(200, "text/plain; charset=UTF-8", body);
    }

    static Page json(String body) {
        return new Page(200, "application/json", body);
    }

    static Page refused(int status, String reason) {
        return new Page(status, "text/plain; charset=UTF-8", reason);
    }
}
