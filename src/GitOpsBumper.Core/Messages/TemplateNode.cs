namespace GitOpsBumper.Core.Messages;

/// <summary>A parsed template: what is printed as it is, and what is worked out.</summary>
internal abstract record TemplateNode
{
    public sealed record Text(string Value) : TemplateNode;

    /// <summary>Prints a value.</summary>
    public sealed record Print(Expression Value) : TemplateNode;

    /// <summary><c>$name := value</c>, or <c>$name = value</c> for one that exists.</summary>
    public sealed record Assign(string Name, Expression Value, bool Declares, int Offset) : TemplateNode;

    /// <summary>Null name: nothing is declared.</summary>
    public sealed record If(string? Name, Expression Condition, IReadOnlyList<TemplateNode> Then, IReadOnlyList<TemplateNode> Else) : TemplateNode;

    /// <summary>Null name: nothing is declared.</summary>
    public sealed record With(string? Name, Expression Value, IReadOnlyList<TemplateNode> Then, IReadOnlyList<TemplateNode> Else) : TemplateNode;

    /// <summary>Null names: nothing is declared.</summary>
    public sealed record Range(string? IndexName, string? ItemName, Expression Value, IReadOnlyList<TemplateNode> Body, IReadOnlyList<TemplateNode> Else) : TemplateNode;
}

internal abstract record Expression(int Offset)
{
    public sealed record Literal(object? Value, int Offset) : Expression(Offset);

    /// <summary>Fields of the dot, or of a variable.</summary>
    public sealed record Path(string? Variable, IReadOnlyList<string> Fields, int Offset) : Expression(Offset);

    /// <summary>Fields of what stands in parentheses.</summary>
    public sealed record Member(Expression Of, IReadOnlyList<string> Fields, int Offset) : Expression(Offset);

    public sealed record Call(string Function, IReadOnlyList<Expression> Arguments, int Offset) : Expression(Offset);
}
