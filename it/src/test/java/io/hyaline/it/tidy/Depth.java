package io.hyaline.it.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreeScanner;
import org.jspecify.annotations.Nullable;

/** How deep statements stand inside one another in a method; an else-if chain counts once, an inner class anew. */
final class Depth extends TreeScanner<Void, Void> {

    private int current;
    private int deepest;
    private @Nullable Tree elseBranch;

    private Depth() {}

    static int of(MethodTree method) {
        Depth depth = new Depth();
        depth.scan(method.getBody(), null);
        return depth.deepest;
    }

    @Override
    public Void scan(@Nullable Tree tree, Void unused) {
        boolean nests = nests(tree) && tree != elseBranch;
        if (nests) {
            current++;
            deepest = Math.max(deepest, current);
        }
        super.scan(tree, null);
        if (nests) {
            current--;
        }
        return null;
    }

    @Override
    public Void visitIf(IfTree branch, Void unused) {
        scan(branch.getCondition(), null);
        scan(branch.getThenStatement(), null);
        elseBranch = branch.getElseStatement();
        scan(branch.getElseStatement(), null);
        return null;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
        return null;
    }

    private static boolean nests(@Nullable Tree tree) {
        return switch (tree) {
            case null -> false;
            case IfTree _, ForLoopTree _, EnhancedForLoopTree _, WhileLoopTree _, DoWhileLoopTree _ -> true;
            case TryTree _, SwitchTree _, SwitchExpressionTree _ -> true;
            case LambdaExpressionTree lambda -> lambda.getBodyKind() == LambdaExpressionTree.BodyKind.STATEMENT;
            default -> false;
        };
    }
}
