package io.hyaline.runtime.nft;

import io.hyaline.linux.CommandFailedException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A table as it is in the kernel. One thread uses it. */
public final class AppliedTable {

    private static final Logger log = LoggerFactory.getLogger(AppliedTable.class);

    private final String where;
    private final Consumer<String> nft;
    private @Nullable NftTable applied;

    /**
     * @param where for the log
     * @param nft carries out one transaction
     */
    public AppliedTable(String where, Consumer<String> nft) {
        this.where = where;
        this.nft = nft;
    }

    /** Writes what has changed; all of it, when that is refused or nothing is known of what is there. */
    public void become(NftTable wanted) {
        NftTable before = applied;
        String change = before == null ? wanted.text() : wanted.changesFrom(before);
        if (change.isEmpty()) {
            return;
        }
        // Until it has worked, nobody knows what is there.
        applied = null;
        try {
            nft.accept(change);
        } catch (CommandFailedException e) {
            if (before == null) {
                throw e;
            }
            log.warn("{}: a change of the rules was refused; writing all of them anew", where, e);
            nft.accept(wanted.text());
        }
        applied = wanted;
    }
}
