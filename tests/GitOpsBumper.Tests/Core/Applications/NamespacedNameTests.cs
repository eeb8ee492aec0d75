using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Core.Applications;

public sealed class NamespacedNameTests
{
    [Theory]
    [InlineData("argocd/web")]
    [InlineData("a/b.c-d")]
    public void Print_and_parse_are_inverse(string text)
    {
        Assert.True(NamespacedName.TryParse(text, out var name, out var problem), problem);
        Assert.Equal(text, name.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("web")]
    [InlineData("/web")]
    [InlineData("argocd/")]
    [InlineData("a/b/c")]
    [InlineData("A/b")]
    [InlineData("a/-b")]
    [InlineData("a/b c")]
    public void What_kubernetes_would_refuse_is_refused(string text)
    {
        Assert.False(NamespacedName.TryParse(text, out _, out var problem));
        Assert.Contains($"'{text}' is not <namespace>/<name>", problem, StringComparison.Ordinal);
    }
}
