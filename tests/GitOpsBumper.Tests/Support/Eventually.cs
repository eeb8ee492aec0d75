using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace GitOpsBumper.Tests.Support;

/// <summary>Waits for what comes by itself, such as an answer that is on its way. Conditions say "at least": what passes between two looks is not seen.</summary>
internal static class Eventually
{
    /// <summary>Far beyond what anything should take: a test that gets there has failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Looks at which the processor is not given away for longer: most of what comes is there by then.</summary>
    private const int QuickLooks = 64;

    /// <param name="holds">Whether it has come.</param>
    /// <param name="what">What is waited for, for the message of a test that waits in vain.</param>
    public static async Task HoldsAsync(Func<bool> holds, [CallerArgumentExpression(nameof(holds))] string what = "")
    {
        var token = TestContext.Current.CancellationToken;
        var started = TimeProvider.System.GetTimestamp();
        for (var looks = 0; !holds(); looks++)
        {
            if (looks < QuickLooks)
            {
                await Task.Yield();
                continue;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"it never came that {what}");
            // A thread that only looks would take the processor from what it waits for.
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, token);
        }
    }
    /// <param name="channel">That something comes through.</param>
    /// <param name="what">What is waited for, for the message of a test that waits in vain.</param>
    public static async Task<T> GetsAsync<T>(ChannelReader<T> channel, [CallerArgumentExpression(nameof(channel))] string what = "")
    {
        try
        {
            return await channel.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException failure)
        {
            throw new TimeoutException($"nothing came through {what}", failure);
        }
    }
}
