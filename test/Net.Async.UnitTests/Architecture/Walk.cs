using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Net.Async.Tests;

/// <summary>One step of a walk: a file from the project's folder on, and a method in it.</summary>
internal sealed record WalkStep(string File, string Method)
{
    public string Room => File.Split('/')[0];

    public override string ToString() => $"{File}: {Method}";
}

/// <summary>A way through the code that a page lists: each method refers to the next one, or one that waits for it does.</summary>
/// <remarks>
/// Steps are in the order of the calls. A step is referred to by the step before it or, when that one has returned, by the caller that is still waiting:
/// the walk keeps the stack. A reference is a call, a method given as a delegate, the creation of a work item whose method the step is,
/// or a use of the member that the step overrides or implements. A delegate in a field counts where the field is used.
/// </remarks>
internal sealed partial class Walk(string name, IReadOnlyList<WalkStep> steps)
{
    public string Name => name;

    public IReadOnlyList<WalkStep> Steps => steps;

    /// <summary>The walks of a page: numbered lists under headings that begin with <c>Walk: </c>. A line that starts with a number and is no step is a mistake.</summary>
    public static IReadOnlyList<Walk> In(string page) =>
    [
        .. page.Split("\n## ").Select(static section => section.Split('\n')).Where(static lines => lines[0].StartsWith("Walk: ", StringComparison.Ordinal))
            .Select(static lines => new Walk(lines[0]["Walk: ".Length..].Trim(), [.. lines.Where(static line => Number().IsMatch(line)).Select(StepOf)])),
    ];

    /// <summary>What is not true of it, in words: a step that is not there, one that no caller refers to, a room that is entered twice.</summary>
    public IEnumerable<string> Mistakes(Compilation compilation, string project, params string[] roomsEnteredAgain)
    {
        var waiting = new Stack<WalkStep>();
        foreach (var step in steps)
        {
            if (MethodsOf(compilation, project, step).Count == 0)
            {
                yield return $"{step} is not there";
                continue;
            }

            var returned = waiting.TakeWhile(caller => !Refers(compilation, project, caller, step)).Count();
            if (returned == waiting.Count && returned > 0)
                yield return $"{step} is not referred to by {waiting.Peek()}, nor by a caller of it";
            else
                Return(waiting, returned);
            waiting.Push(step);
        }

        var entered = steps.Select(static step => step.Room).Where((room, i) => i == 0 || steps[i - 1].Room != room);
        foreach (var room in entered.GroupBy(static room => room).Where(group => group.Count() > 1 && !roomsEnteredAgain.Contains(group.Key)))
            yield return $"{room.Key} is entered {room.Count()} times";
    }

    private static void Return(Stack<WalkStep> waiting, int count)
    {
        for (var i = 0; i < count; i++)
            waiting.Pop();
    }

    private static WalkStep StepOf(string line) =>
        Item().Match(line) is { Success: true } match ? new(match.Groups["file"].Value, match.Groups["method"].Value) : throw new FormatException($"No step of a walk: {line}");

    private static bool Refers(Compilation compilation, string project, WalkStep from, WalkStep to)
    {
        var targets = MethodsOf(compilation, project, to).SelectMany(method => WithContracts(method.Symbol)).ToHashSet(SymbolEqualityComparer.Default);
        // The work item's method runs when the object is run: making it is the reference.
        var works = MethodsOf(compilation, project, to).Where(static method => WithContracts(method.Symbol).Skip(1).Any()).Select(static method => method.Symbol.ContainingType);
        targets.UnionWith(works);
        return MethodsOf(compilation, project, from).SelectMany(method => UsedIn(compilation, method.Body)).Any(targets.Contains);
    }

    private static IEnumerable<ISymbol> UsedIn(Compilation compilation, SyntaxNode body, bool followsFields = true)
    {
        var model = compilation.GetSemanticModel(body.SyntaxTree);
        foreach (var node in body.DescendantNodesAndSelf())
        {
            if (node is not (SimpleNameSyntax or BaseObjectCreationExpressionSyntax) || model.GetSymbolInfo(node).Symbol is not { } symbol)
                continue;
            yield return node is BaseObjectCreationExpressionSyntax ? symbol.ContainingType.OriginalDefinition : symbol.OriginalDefinition;
            if (symbol is IMethodSymbol { ReducedFrom: { } extension })
                yield return extension.OriginalDefinition;
            if (!followsFields || symbol is not IFieldSymbol field)
                continue;
            foreach (var held in field.DeclaringSyntaxReferences.Select(static declared => declared.GetSyntax()).Concat(AssignedTo(compilation, field)).SelectMany(value => UsedIn(compilation, value, followsFields: false)))
                yield return held;
        }
    }

    // What the constructors put into a field that holds a delegate.
    private static IEnumerable<SyntaxNode> AssignedTo(Compilation compilation, IFieldSymbol field) =>
        from constructor in field.Type.TypeKind == TypeKind.Delegate ? field.ContainingType.InstanceConstructors : []
        from declared in constructor.DeclaringSyntaxReferences
        let body = declared.GetSyntax()
        from assignment in body.DescendantNodes().OfType<AssignmentExpressionSyntax>()
        where SymbolEqualityComparer.Default.Equals(compilation.GetSemanticModel(body.SyntaxTree).GetSymbolInfo(assignment.Left).Symbol, field)
        select (SyntaxNode)assignment.Right;

    /// <summary>The <c>lock</c> statements in the methods of the steps, each method once.</summary>
    public IEnumerable<SyntaxNode> Locks(Compilation compilation, string project) =>
        steps.Distinct().SelectMany(step => MethodsOf(compilation, project, step)).SelectMany(static method => method.Body.DescendantNodes().OfType<LockStatementSyntax>());

    private static IReadOnlyList<(IMethodSymbol Symbol, SyntaxNode Body)> MethodsOf(Compilation compilation, string project, WalkStep step) =>
    [
        .. from tree in compilation.SyntaxTrees
           where tree.FilePath == $"{project}/{step.File}"
           let model = compilation.GetSemanticModel(tree)
           from declaration in tree.GetRoot().DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
           let symbol = (IMethodSymbol?)model.GetDeclaredSymbol(declaration)
           where symbol is not null && NameOf(symbol) == step.Method
           select (symbol.OriginalDefinition, (SyntaxNode)declaration),
    ];

    // An explicit implementation is called as its interface's member; a constructor as its type.
    private static string NameOf(IMethodSymbol method) => method.MethodKind == MethodKind.Constructor ? method.ContainingType.Name : method.Name[(method.Name.LastIndexOf('.') + 1)..];

    /// <summary>The method, and every member that it overrides or implements.</summary>
    private static IEnumerable<ISymbol> WithContracts(IMethodSymbol method)
    {
        if (method.MethodKind == MethodKind.Constructor)
        {
            yield return method.ContainingType.OriginalDefinition;
            yield break;
        }

        yield return method;
        for (var overridden = method.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
            yield return overridden.OriginalDefinition;
        foreach (var member in method.ContainingType.AllInterfaces.SelectMany(static contract => contract.GetMembers()))
        {
            if (SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method))
                yield return member.OriginalDefinition;
        }
    }

    [GeneratedRegex(@"^\d+\. ")]
    private static partial Regex Number();

    [GeneratedRegex(@"^\d+\. `(?<file>[A-Za-z0-9./]+\.cs)`: `(?<method>[A-Za-z0-9]+)`\s*$")]
    private static partial Regex Item();
}
