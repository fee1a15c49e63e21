//! Content codings: whole bodies at once, streams part by part.

use super::accept::Coding;
use bytes::Bytes;
use std::io::Write;

/// Bodies below this are sent as they are; a coding would only add bytes.
const LEAST_TO_ENCODE: usize = 512;
/// The body in a coding; `None` when it stays as it is.
pub fn encode(body: &[u8], coding: Coding) -> Option<Vec<u8>> {
    if body.len() < LEAST_TO_ENCODE {
        return None;
    }
    match coding {
        Coding::Identity => None,
        Coding::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::with_capacity(body.len() / 3), flate2::Compression::fast());
            encoder.write_all(body).ok()?;
            encoder.finish().ok()
        }
        Coding::Brotli => {
            let mut encoded = Vec::with_capacity(body.len() / 3);
            let mut encoder = brotli::CompressorWriter::new(&mut encoded, 4_096, 3, 20);
            encoder.write_all(body).ok()?;
            drop(encoder);
            Some(encoded)
        }
        Coding::Zstd => zstd::encode_all(body, 1).ok(),
    }
}

/// What gzip packed; for assets that are kept packed.
pub fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(packed.len() * 4);
    if let Err(error) = std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed), &mut body) {
        tracing::error!(%error, "an asset cannot be unpacked");
    }
    body
}

/// Compresses part by part; each part is flushed, so that the client gets it.
pub enum Encoder {
    /// As it is.
    Identity,
    /// Gzip.
    Gzip(flate2::write::GzEncoder<Vec<u8>>),
    /// Brotli.
    Brotli(Box<brotli::CompressorWriter<Vec<u8>>>),
    /// Zstandard.
    Zstd(zstd::Encoder<'static, Vec<u8>>),
}

impl Encoder {
    /// The encoder for a coding, and the coding's name.
    pub fn new(coding: Coding) -> (Self, Option<&'static str>) {
        let encoder = match coding {
            Coding::Identity => Self::Identity,
            Coding::Gzip => Self::Gzip(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast())),
            Coding::Brotli => Self::Brotli(Box::new(brotli::CompressorWriter::new(Vec::new(), 4_096, 3, 20))),
            Coding::Zstd => match zstd::Encoder::new(Vec::new(), 1) {
                Ok(encoder) => Self::Zstd(encoder),
                Err(_) => return (Self::Identity, None),
            },
        };
        (encoder, coding.name())
    }

    /// Compresses a part and flushes it.
    pub fn part(&mut self, part: Vec<u8>) -> Result<Bytes, std::io::Error> {
        let buffer = match self {
            Self::Identity => return Ok(part.into()),
            Self::Gzip(encoder) => {
                encoder.write_all(&part)?;
                encoder.flush()?;
                std::mem::take(encoder.get_mut())
            }
            Self::Brotli(encoder) => {
                encoder.write_all(&part)?;
                encoder.flush()?;
                std::mem::take(encoder.get_mut())
            }
            Self::Zstd(encoder) => {
                encoder.write_all(&part)?;
                encoder.flush()?;
                std::mem::take(encoder.get_mut())
            }
        };
        Ok(buffer.into())
    }

    /// What is left when the stream ends.
    pub fn end(self) -> Result<Bytes, std::io::Error> {
        Ok(match self {
            Self::Identity => Bytes::new(),
            Self::Gzip(encoder) => encoder.finish()?.into(),
            Self::Brotli(encoder) => encoder.into_inner().into(),
            Self::Zstd(encoder) => encoder.finish()?.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codings_come_back() {
        let body = "mật ong bạc hà ".repeat(200).into_bytes();
        assert_eq!(zstd::decode_all(&*encode(&body, Coding::Zstd).expect("encoded")).expect("zstd"), body);
        let mut plain = Vec::new();
        std::io::copy(&mut flate2::read::GzDecoder::new(&*encode(&body, Coding::Gzip).expect("encoded")), &mut plain).expect("gzip");
        assert_eq!(plain, body);
        plain.clear();
        std::io::copy(&mut brotli::Decompressor::new(&*encode(&body, Coding::Brotli).expect("encoded"), 4_096), &mut plain).expect("br");
        assert_eq!(plain, body);
    }
}
