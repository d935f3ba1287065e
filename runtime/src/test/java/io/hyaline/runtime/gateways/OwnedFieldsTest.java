package io.hyaline.runtime.gateways;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class OwnedFieldsTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void whatAPersonChangedStaysUntilTheOwnersFieldChanges() {
        ObjectNode live = written("{'spec':{'policy':'Cluster','type':'LoadBalancer'}}");
        ((ObjectNode) live.path("spec")).put("policy", "Local");
        ((ObjectNode) live.path("spec")).put("added", 1);

        assertThat(OwnedFields.merge(live, wanted("{'spec':{'policy':'Cluster','type':'LoadBalancer'}}")))
                .as("nothing to do while the owner's wish is the same")
                .isFalse();
        assertThat(OwnedFields.merge(live, wanted("{'spec':{'policy':'Cluster','type':'NodePort'}}")))
                .isTrue();
        assertThat(live.path("spec")).isEqualTo(tree("{'policy':'Local','type':'NodePort','added':1}"));

        OwnedFields.merge(live, wanted("{'spec':{'policy':'Local','type':'NodePort'}}"));
        OwnedFields.merge(live, wanted("{'spec':{'policy':'Cluster','type':'NodePort'}}"));
        assertThat(live.path("spec").path("policy").asString()).isEqualTo("Cluster");
    }

    @Test
    void whatTheOwnerGivesUpIsRemovedAndNothingElse() {
        ObjectNode live = written("{'metadata':{'labels':{'a/b':'1','c':'2'}}}");

        OwnedFields.merge(live, wanted("{'metadata':{'labels':{'c':'2'}}}"));

        assertThat(live.path("metadata").path("labels")).isEqualTo(tree("{'c':'2'}"));
    }

    @Test
    void containersAreFoundByTheirName() {
        ObjectNode live = written("{'spec':{'containers':[{'name':'p','image':'old','env':[{'name':'A'}]}]}}");
        JsonNode added = tree("{'name':'mine','image':'mine'}");
        ((ObjectNode) live.path("spec")).withArray("containers").insert(0, added);

        OwnedFields.merge(live, wanted("{'spec':{'containers':[{'name':'p','image':'new','env':[{'name':'A'}]}]}}"));

        assertThat(live.path("spec").path("containers").path(0)).isEqualTo(added);
        assertThat(live.path("spec").path("containers").path(1))
                .isEqualTo(tree("{'name':'p','image':'new','env':[{'name':'A'}]}"));
    }

    @Test
    void aWishThatHasNotChangedIsSeenAsSuchAfterTheApiHasIt() {
        String wish = "{'spec':{'replicas':1,'ports':[{'port':80}],'empty':{},'big':10737418240}}";

        assertThat(OwnedFields.merge(written(wish), wanted(wish))).isFalse();
    }

    /** An object as the owner made it, and as it comes back from the API. */
    private static ObjectNode written(String text) {
        ObjectNode live = tree(text);
        OwnedFields.merge(live, wanted(text));
        return (ObjectNode) JSON.readTree(live.toString());
    }

    private static Map<String, JsonNode> wanted(String text) {
        return OwnedFields.of(tree(text));
    }

    private static ObjectNode tree(String text) {
        return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    }
}
