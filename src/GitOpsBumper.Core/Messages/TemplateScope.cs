using System.Diagnostics.CodeAnalysis;

namespace GitOpsBumper.Core.Messages;

/// <summary>The variables of a block. One ends with the block that declares it; assigning changes it where it was declared.</summary>
/// <param name="outer">Null for the whole template.</param>
/// <seealso href="https://pkg.go.dev/text/template#hdr-Variables"/>
internal sealed class TemplateScope(TemplateScope? outer)
{
    private readonly Dictionary<string, object?> _own = new(StringComparer.Ordinal);

    /// <param name="variables">Declared in the new block; without a name they are not.</param>
    public TemplateScope Inner(params ReadOnlySpan<(string? Name, object? Value)> variables)
    {
        var inner = new TemplateScope(this);
        foreach (var (name, value) in variables)
        {
            if (name is not null)
                inner._own[name] = value;
        }

        return inner;
    }

    public bool TryGet(string name, [MaybeNullWhen(false)] out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._own.TryGetValue(name, out value))
                return true;
        }

        value = null;
        return false;
    }

    /// <exception cref="TemplateException">What is assigned was never declared.</exception>
    public void Set(TemplateNode.Assign assign, object? value)
    {
        var scope = this;
        while (!assign.Declares && !scope._own.ContainsKey(assign.Name))
            scope = scope.Outer ?? throw new TemplateException(assign.Offset, $"variable '{assign.Name}' is not declared");
        scope._own[assign.Name] = value;
    }

    private TemplateScope? Outer => outer;
}
