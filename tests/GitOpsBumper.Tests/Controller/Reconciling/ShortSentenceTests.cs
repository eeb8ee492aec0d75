using GitOpsBumper.Controller.Reconciling;

namespace GitOpsBumper.Tests.Controller.Reconciling;

public sealed class ShortSentenceTests
{
    private static readonly string Long = new('x', 5000);
    private static readonly string Short = new string('x', 197) + "...";

    [Fact]
    public void What_is_short_stays_as_it_is()
    {
        Assert.Equal("", ShortSentence.Of(""));
        Assert.Equal("key 'pinn' is not known", ShortSentence.Of("key 'pinn' is not known"));
        var prose = $"'a' is not known; allowed are {string.Join(", ", Enumerable.Range(0, 100).Select(number => $"k{number}"))} and 'b'";
        Assert.InRange(prose.Length, ShortSentence.MaxQuoted + 1, ShortSentence.MaxLength);
        Assert.Equal(prose, ShortSentence.Of(prose));
    }

    [Fact]
    public void Each_long_quotation_is_cut()
    {
        Assert.Equal($"'{Short}' is not '{Short}', allowed is 'any'", ShortSentence.Of($"'{Long}' is not '{Long}', allowed is 'any'"));
        Assert.Equal($"it is '{Short}'", ShortSentence.Of($"it is '{Long}'"));
    }

    [Fact]
    public void An_apostrophe_quotes_nothing() =>
        Assert.Equal($"the server's answer doesn't say why '{Short}' isn't there", ShortSentence.Of($"the server's answer doesn't say why '{Long}' isn't there"));

    [Fact]
    public void No_sentence_is_longer_than_the_limit_whatever_it_quotes()
    {
        var words = string.Concat(Enumerable.Repeat("it's ' and '' x", 20_000));
        var smiles = string.Concat(Enumerable.Repeat("😀", 200_000));
        foreach (var sentence in new[] { Long, $"'{Long}", $"{Long}'", words, new string('\'', 200_000), smiles, $"'{smiles}'", $"a'{smiles}'", string.Concat(Enumerable.Repeat($"'{Long}' ", 50)) })
        {
            var kept = ShortSentence.Of(sentence);
            Assert.InRange(kept.Length, 1, ShortSentence.MaxLength);
            // Half of a character is none.
            Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(kept)));
        }
    }
}
