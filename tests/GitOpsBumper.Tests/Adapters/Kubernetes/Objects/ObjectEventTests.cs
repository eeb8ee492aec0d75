using System.Text;
using GitOpsBumper.Adapters.Kubernetes.Objects;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Tests.Adapters.Kubernetes.Objects;

public sealed class ObjectEventTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("ü")]
    [InlineData("€")]
    [InlineData("😀")]
    public void A_long_message_is_cut_between_two_characters_and_says_so(string character)
    {
        for (var length = 0; length < 1100; length++)
        {
            var message = string.Concat(Enumerable.Repeat(character, length));
            var sent = new ObjectEvent(new ObjectReference("v1", "Secret", new NamespacedName("a", "b"), "u", "1"), EventSeverity.Normal, "Why", message).ShortMessage;
            var bytes = Encoding.UTF8.GetByteCount(sent);
            Assert.True(bytes <= ObjectEvent.MaxMessageBytes);
            if (sent == message)
                continue;
            Assert.EndsWith("...", sent, StringComparison.Ordinal);
            Assert.StartsWith(sent[..^3], message, StringComparison.Ordinal);
            Assert.True(bytes > ObjectEvent.MaxMessageBytes - 4);
        }
    }
}
